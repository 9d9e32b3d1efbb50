"""Picture of two schedules: units by steps, each operator a bar on the unit that is free when it begins."""

import graphs
import numpy as np
from evaluate import bound, end, read
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

COLOURS = ("#2a6fbb", "#d1495b", "#1b6e3a", "#e0a100")
NAMES = ("add", "multiply", "load", "divide")


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: a panel for the first graph of each of two kinds.

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
        graph = graphs.graph(family, params["draw"], params["n"], params)
        show(panel, graph, read(candidate.map("schedule", [tuple(graph)])[0], graph, family), family)
    figure.savefig(path)


def show(panel, graph, begins, family):
    """Draw a schedule, and the bound as a dotted line."""
    first, labels = 0, []
    for kind, units in enumerate(graph.units):
        free = [0] * units
        for begin, which in sorted((begins[which], which) for which, each in enumerate(graph.kinds) if each == kind):
            unit = next(unit for unit, since in enumerate(free) if since <= begin)
            free[unit] = end(graph, which, begin)
            panel.barh(
                first + unit,
                graph.delay[kind],
                left=begin,
                height=0.85,
                color=COLOURS[kind % 4],
                edgecolor="white",
            )
            panel.text(
                begin + graph.delay[kind] / 2,
                first + unit,
                str(which),
                ha="center",
                va="center",
                fontsize=6,
                color="white",
            )
        labels += [NAMES[kind % 4]] * units
        first += units
    steps, least = max(end(graph, which, begin) for which, begin in enumerate(begins)), bound(graph)
    panel.axvline(least, color="#22313f", lw=1.2, ls=":")
    panel.set_title(f"{family}: {steps} steps; no schedule takes less than {least} (dotted)")
    panel.set_yticks(range(len(labels)), labels)
    panel.set_xlabel("step")
    panel.set_xlim(0, steps + 0.5)
    panel.invert_yaxis()
