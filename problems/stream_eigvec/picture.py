"""Picture of streams: for each the lengths of its rows, and how far the answer is from what was seen so far."""

import numpy as np
import streams
from evaluate import error
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from evo.judging import Amnesia


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    figure = Figure(figsize=(10, 10), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    families = params["families"]
    panels = figure.subplots(len(families), 1, sharex=True, squeeze=False)[:, 0]
    for panel, family in zip(panels, families, strict=True):
        rows = streams.stream(family, params["draw"], params)
        show(panel, rows, angles(candidate, rows, params), family)
    panels[-1].set_xlabel("rows seen")
    figure.savefig(path)


def angles(candidate, rows, params):
    """Return (rows seen, error against the leading eigenvector of those) after each block."""
    memory, found = Amnesia(candidate, params["bytes"]), []
    for start in range(0, len(rows), params["block"]):
        memory.absorb("absorb", rows[start : start + params["block"]], params["bytes"])
        seen = rows[: start + params["block"]]
        found.append((len(seen), error(memory.ask("answer", params["d"]), streams.leading(seen)[0])))
    return found


def show(panel, rows, found, family):
    """Draw the rows' lengths as bars, and the errors above them."""
    lengths = np.sqrt((rows**2).sum(axis=1))
    panel.bar(range(len(rows)), lengths, width=1.0, color="#b2bec3")
    panel.set_ylabel("length of a row")
    panel.set_title(f"{family}: error {found[-1][1]:.2g} in the end")
    panel.spines[["top"]].set_visible(False)
    beside = panel.twinx()
    beside.semilogy(*zip(*found, strict=True), "o-", color="#c0392b")
    beside.set(ylim=(5e-7, 1.5), ylabel="squared sine of the angle")
    beside.spines[["top"]].set_visible(False)
