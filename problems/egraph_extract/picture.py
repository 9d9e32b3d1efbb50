"""Picture of two extractions: the chosen nodes by how deep they stand, sizes by cost, red where a part is shared."""

import egraphs
import numpy as np
from evaluate import read, trees
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: a panel for the first e-graph of each of two kinds.

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
        graph = egraphs.egraph(family, params["draw"], params["n"], params)
        show(panel, graph, read(candidate.map("extract", [tuple(graph)])[0], graph, family), family)
    figure.savefig(path)


def show(panel, graph, chosen, family):
    """Draw the chosen nodes: the root on top, each one over what it takes."""
    below = {at: graph.classes[at][node][1] for at, node in chosen.items()}
    costs = {at: graph.classes[at][node][0] for at, node in chosen.items()}
    users = {at: sum(at in taken for taken in below.values()) for at in chosen}
    places = placed(below, users)
    panel.add_collection(
        LineCollection(
            [[places[at], places[child]] for at, taken in below.items() for child in taken],
            color="#9fb3c8",
            linewidth=0.8,
            zorder=1,
        )
    )
    xs, ys = np.array([places[at] for at in chosen]).T
    colours = ["#22313f" if at == graph.root else "#d1495b" if users[at] > 1 else "#2a6fbb" for at in chosen]
    panel.scatter(xs, ys, s=[60 + 22 * costs[at] for at in chosen], c=colours, zorder=2, edgecolors="white")
    for at in chosen:
        panel.text(*places[at], str(costs[at]), ha="center", va="center", fontsize=7, color="white", zorder=3)
    panel.set_title(
        f"{family}: cost {sum(costs.values())} of {len(chosen)} nodes, by cheapest trees {trees(graph)}; red: shared"
    )
    panel.margins(0.05)
    panel.set_xticks([])
    panel.set_yticks([])


def placed(below, users):
    """Return where each class stands: by the longest way to it from above, and near the mean of those that take it."""
    level = dict.fromkeys(below, 0)
    for at in reversed(below):
        for child in below[at]:
            level[child] = max(level[child], level[at] + 1)
    places = {}
    for depth in range(1 + max(level.values())):
        row = [at for at in below if level[at] == depth]
        over = {at: [places[user][0] for user in places if at in below[user]] for at in row}
        row.sort(key=lambda at: (sum(over[at]) / max(1, len(over[at])), -users[at], at))
        for place, at in enumerate(row):
            places[at] = ((place + 0.5 + 0.2 * (depth % 2)) / len(row), -depth)
    return places
