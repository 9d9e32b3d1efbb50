"""Pairs of labelled graphs, one edited into the other: drawn from text and, for hold-outs, a run's secret."""

import random
from itertools import combinations
from typing import NamedTuple

from evo.judging import draw_seed

COSTS = ((2, 3, 1, 2, 2), (1, 1, 1, 1, 1), (3, 2, 2, 1, 1), (4, 1, 1, 3, 2))
"""Of what drawn pairs cost in turn: a node taken away, a node added, an edge taken away, an edge added, a new label."""
STEEP = ((1, 6, 1, 4, 3), (6, 1, 4, 1, 5), (2, 2, 5, 5, 1))


class Graph(NamedTuple):
    """A graph without loops.

    Attributes:
        labels: of each node, a small whole number.
        edges: pairs (u, v) with u < v, sorted.
    """

    labels: list[int]
    edges: list[tuple[int, int]]


class Pair(NamedTuple):
    """Two graphs, what edits cost, and how one was made of the other.

    Attributes:
        first, second: the graphs.
        costs: node taken away, node added, edge taken away, edge added, label changed; whole numbers above 0.
        planted: node of the first -> node of the second, or None.
    """

    first: Graph
    second: Graph
    costs: tuple[int, int, int, int, int]
    planted: list[int | None]


def pair(family, draw, params):
    """Return one drawn pair."""
    rng = random.Random(draw_seed(f"graphs, {family}/{draw}", params))
    graph, changes, costs = FAMILIES[family](rng)
    edited, planted = changed(graph, changes, rng)
    if rng.random() < 0.5:
        graph, edited, planted = edited, graph, inverse(planted, len(edited.labels))
    return Pair(graph, edited, costs[draw % len(costs)], planted)


def changed(graph, changes, rng):
    """Return a graph with nodes dropped, labels changed and edges flipped, under other names, and the map to it."""
    dropped, relabelled, flipped = changes
    labels, kinds = list(graph.labels), max(graph.labels) + 1
    gone = set(rng.sample(range(len(labels)), dropped))
    left = [node for node in range(len(labels)) if node not in gone]
    for node in rng.sample(left, relabelled):
        labels[node] = (labels[node] + rng.randrange(1, kinds)) % kinds if kinds > 1 else labels[node]
    edges = {edge for edge in graph.edges if not gone & set(edge)}
    for _ in range(flipped):
        edges ^= {tuple(sorted(rng.sample(left, 2)))}
    places = list(range(len(left)))
    rng.shuffle(places)
    name = dict(zip(left, places, strict=True))
    new = [0] * len(left)
    for node in left:
        new[name[node]] = labels[node]
    return graph_of(new, [(name[u], name[v]) for u, v in edges]), [name.get(node) for node in range(len(labels))]


def graph_of(labels, edges):
    """Return a graph with its edges in order."""
    return Graph(labels, sorted((min(edge), max(edge)) for edge in edges))


def inverse(match, size):
    """Return the map the other way round."""
    back = [None] * size
    for node, other in enumerate(match):
        if other is not None:
            back[other] = node
    return back


def at_random(nodes, density, costs, changes=(2, 3, 4)):
    """Return a family: every edge is there with a probability, four labels alike."""

    def family(rng):
        edges = [edge for edge in combinations(range(nodes), 2) if rng.random() < density]
        return graph_of([rng.randrange(4) for _ in range(nodes)], edges), changes, costs

    return family


def molecules(rng):
    """40 nodes, at most four edges each, a tree with a few rings, most of one label."""
    degree, edges = [0] * 40, set()
    for node in range(1, 40):
        other = rng.choice([each for each in range(node) if degree[each] < 3])
        edges.add((other, node))
        degree[node], degree[other] = degree[node] + 1, degree[other] + 1
    for one, other in rng.sample(list(combinations(range(40), 2)), 780):
        if len(edges) < 43 and max(degree[one], degree[other]) < 4 and (one, other) not in edges:
            edges.add((one, other))
            degree[one], degree[other] = degree[one] + 1, degree[other] + 1
    return graph_of(rng.choices(range(4), (7, 2, 2, 1), k=40), edges), (3, 4, 5), COSTS


def path(rng):
    """A path of four nodes and the same under other names: what cases can be reckoned by hand on."""
    return graph_of([0, 1, 2, 3], [(0, 1), (1, 2), (2, 3)]), (0, 0, 0), COSTS[:1]


FAMILIES = {
    "usual": at_random(18, 0.22, COSTS),
    "steep": at_random(18, 0.22, STEEP),
    "molecules": molecules,
    "path": path,
}
