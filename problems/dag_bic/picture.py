"""Picture of a graph: its edges as a table in the order that was found, those that are wrong red."""

import numpy as np
from evaluate import drawn, edges, judged, read
from graphs import SAMPLES
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

KINDS = {"as in truth": "#8fb8de", "turned round": "#e9c46a", "not in truth": "#d1495b", "missing": "#f3d5d8"}


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: the first draw of two kinds.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    families = [params["families"][0], params["families"][-1]]
    for axes, family in zip(figure.subplots(2, 1), families, strict=True):
        table, true = drawn(family, params["draw"], params["nodes"], params.get("secret", ""))
        answer = candidate.call("learn", table.copy(), SAMPLES)
        show(axes, read(answer, len(table), family), true)
        axes.set_title(f"{family}: BIC {judged(answer, family, table, true)['above']:+.1f} against the truth")
    figure.legend(handles=[Patch(color=colour, label=name) for name, colour in KINDS.items()], loc="center right")
    figure.subplots_adjust(left=0.08, right=0.76, top=0.96, bottom=0.06, hspace=0.22)
    figure.savefig(path)


def show(axes, parents, true):
    """Draw a cell for each edge, from the row's node to the column's, nodes in an order that the graph allows."""
    ours, theirs = edges(parents), edges(true)
    order = sorted_out(parents)
    place = {node: at for at, node in enumerate(order)}
    cells = np.zeros((len(order), len(order)))
    for a, b in theirs - ours:
        cells[place[a], place[b]] = 4 if (b, a) not in ours else 0
    for a, b in ours:
        cells[place[a], place[b]] = 1 if (a, b) in theirs else 2 if (b, a) in theirs else 3
    axes.imshow(cells, cmap=ListedColormap(["#f4f6f8", *KINDS.values()]), vmin=0, vmax=4)
    axes.set_xticks(range(len(order)), order)
    axes.set_yticks(range(len(order)), order)
    axes.set_ylabel("from")
    axes.set_xlabel("to")


def sorted_out(parents):
    """Return all nodes, parents before children."""
    found = []
    while len(found) < len(parents):
        found += [n for n, each in enumerate(parents) if n not in found and set(each) <= set(found)]
    return found
