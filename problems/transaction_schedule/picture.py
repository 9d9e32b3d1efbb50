"""Picture of two batches: when each transaction runs, and its operations on the keys that are written most."""

from collections import Counter

import numpy as np
import workloads
from evaluate import bound, read, started
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

COLOURS = ("#d1495b", "#e0a100", "#1b6e3a", "#2a6fbb", "#7b4ba8")


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: a panel for the first batch of each of two kinds.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    families = params["families"][:2]
    figure = Figure(figsize=(10, 10), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    panels = np.atleast_1d(figure.subplots(len(families), 1))
    for panel, family in zip(panels, families, strict=True):
        batch = workloads.batch(family, params["draw"], params["n"], params)
        order = read(candidate.map("schedule", [(batch,)])[0], len(batch), family)
        show(panel, batch, started(order, batch), family)
    figure.savefig(path)


def show(panel, batch, begins, family):
    """Draw a batch: a line for each transaction, by when it begins; full marks write, hollow ones read."""
    writes = Counter(key for each in batch for key, write in each if write)
    hot = {key: COLOURS[rank] for rank, (key, _) in enumerate(writes.most_common(len(COLOURS)))}
    span = max(begin + len(each) for begin, each in zip(begins, batch, strict=True))
    for line, which in enumerate(sorted(range(len(batch)), key=lambda which: begins[which])):
        panel.barh(line, len(batch[which]), left=begins[which], height=0.8, color="#dbe2e9")
        for at, (key, write) in enumerate(batch[which]):
            if key in hot:
                panel.plot(
                    begins[which] + at + 0.5,
                    line,
                    "s",
                    ms=5,
                    mec=hot[key],
                    mfc=hot[key] if write else "none",
                )
    least = bound(batch)
    panel.axvline(least, color="#22313f", lw=1, ls=":")
    panel.set_title(f"{family}: {span} steps; no order takes less than {least} (dotted)")
    panel.set_xlabel("step")
    panel.set_ylabel("transaction, by its begin")
    panel.set_xlim(0, None)
    panel.invert_yaxis()
    handles = [Line2D([], [], ls="", marker="s", color=colour, label=f"key {key}") for key, colour in hot.items()]
    panel.legend(handles=handles, loc="lower left", fontsize="small", title="full: writes, hollow: reads")
