"""Picture of edits: both graphs, partners in one colour and at one place, what is taken away or added in red."""

import math

import graphs
from evaluate import costs, edits, read, shown, total
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

SHOWN = 2
KEPT, CHANGED = "#22313f", "#d1495b"


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: the first two pairs, one above the other.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    family = params["families"][0]
    drawn = [graphs.pair(family, params["draw"] + number, params) for number in range(SHOWN)]
    answers = candidate.map("match", [(shown(pair.first), shown(pair.second), costs(pair)) for pair in drawn])
    figure = Figure(figsize=(10, 10), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(SHOWN, 2)
    for pair, answer, row in zip(drawn, answers, panels, strict=True):
        found = read(answer, pair, family)
        away, new, edge_away, edge_new, relabelled = edits(pair, found)
        show(row[0], pair.first, places(pair, found)[0], found, pair.second)
        show(row[1], pair.second, places(pair, found)[1], graphs.inverse(found, len(pair.second.labels)), pair.first)
        row[0].set_title(f"{away} nodes and {edge_away} edges away, {relabelled} labels changed")
        row[1].set_title(
            f"{new} nodes and {edge_new} edges new: {total(pair, found)}, planted {total(pair, pair.planted)}"
        )
    figure.savefig(path)


def places(pair, match):
    """Return where nodes stand: partners at the same place of a circle, those without one inside it."""
    count, size = len(match), len(pair.second.labels)
    angle = {node: 2 * math.pi * node / count for node in range(count)}
    first = {node: ring(turn, 1.0 if match[node] is not None else 0.45) for node, turn in angle.items()}
    second = {other: first[node] for node, other in enumerate(match) if other is not None}
    left = [other for other in range(size) if other not in second]
    second |= {other: ring(2 * math.pi * (k + 0.5) / len(left), 0.45) for k, other in enumerate(left)}
    return first, second


def ring(angle, radius):
    """Return a point of a circle."""
    return radius * math.cos(angle), radius * math.sin(angle)


def show(panel, graph, where, match, other):
    """Draw one graph; edges that the other one lacks are red, nodes have the colours of their labels."""
    there = set(other.edges)
    for u, v in graph.edges:
        one, two = match[u], match[v]
        kept = one is not None and two is not None and (min(one, two), max(one, two)) in there
        style = {"color": KEPT, "linewidth": 1.0} if kept else {"color": CHANGED, "linewidth": 1.4, "alpha": 0.6}
        panel.plot(*zip(where[u], where[v], strict=True), zorder=1, **style)
    for node, label in enumerate(graph.labels):
        partner = match[node]
        same = partner is not None and other.labels[partner] == label
        panel.scatter(
            *where[node], s=170, color=f"C{label}", zorder=2, linewidths=2.5, edgecolors="white" if same else CHANGED
        )
    panel.set_aspect("equal")
    panel.set_axis_off()
