"""Bipartite matching by neighbourhoods, then the best exchange of two places until none helps."""

from collections import Counter

import numpy as np
from scipy.optimize import linear_sum_assignment


def tables(first, second, costs):
    """Return both graphs and the costs as square tables with a place for each node of either graph.

    Nodes of the first graph come first among the rows, those of the second among the columns; a node beside a place
    without a node is taken away or added. Then every matching is a permutation, and its cost is that of its nodes, plus
    all edges taken away and added anew, less `joint` for each edge that is kept.

    Returns:
        one, other: (size, size) 1.0 where there is an edge; nodes: (size, size) cost of a row's node in a column's
        place; joint: what a kept edge saves.
    """
    n, m = len(first["labels"]), len(second["labels"])
    one, other, nodes = (np.zeros((n + m, n + m)) for _ in range(3))
    for table, graph in ((one, first), (other, second)):
        for u, v in graph["edges"]:
            table[u, v] = table[v, u] = 1.0
    nodes[:n, :m] = costs["relabel"] * np.not_equal.outer(first["labels"], second["labels"])
    nodes[:n, m:], nodes[n:, :m] = costs["node_away"], costs["node_new"]
    return one, other, nodes, costs["edge_away"] + costs["edge_new"]


def around(first, second, costs, nodes):
    """Return what is added to the costs of nodes: half of what their edges cost, by the labels at the other ends."""
    n, m = len(first["labels"]), len(second["labels"])
    mine, theirs = neighbours(first), neighbours(second)
    away, new = costs["edge_away"] / 2, costs["edge_new"] / 2
    found = np.zeros_like(nodes)
    for u, ends in enumerate(mine):
        found[u, m:] = away * sum(ends.values())
        for v, others in enumerate(theirs):
            found[u, v] = away * sum((ends - others).values()) + new * sum((others - ends).values())
    for v, others in enumerate(theirs):
        found[n:, v] = new * sum(others.values())
    return found


def neighbours(graph):
    """Return for each node how many neighbours it has of each label."""
    found = [Counter() for _ in graph["labels"]]
    for u, v in graph["edges"]:
        found[u][graph["labels"][v]] += 1
        found[v][graph["labels"][u]] += 1
    return found


def start(first, second, costs, nodes):
    """Return a first matching as a permutation of all places."""
    return linear_sum_assignment(nodes + around(first, second, costs, nodes))[1]


def worth(order, squares):
    """Return the cost of a matching, but for a constant: less is better."""
    one, other, nodes, joint = squares
    return nodes[np.arange(len(order)), order].sum() - joint * (one * other[np.ix_(order, order)]).sum() / 2


def step(order, squares, rng):
    """Exchange the two places that gain most."""
    one, other, nodes, joint = squares
    here = other[np.ix_(order, order)]
    kept = one @ here
    now, cost = np.diag(kept), nodes[:, order]
    own = np.diag(cost)
    gain = joint * (kept + kept.T - now[:, None] - now + 2 * one * here) - (cost + cost.T - own[:, None] - own)
    a, b = np.unravel_index(gain.argmax(), gain.shape)
    order[[a, b]] = order[[b, a]]
    return order


def rounds():
    """Return how many such changes are made, at most."""
    return 100


def improve(order, squares, rng):
    """Return the matching after some steps, as long as they help."""
    here = worth(order, squares)
    for _ in range(rounds()):
        after = step(order.copy(), squares, rng)
        value = worth(after, squares)
        if value > here - 1e-9:
            break
        order, here = after, value
    return order


def disturb(order, nodes, rng):
    """Return the matching after a random change, which is then improved."""
    return order


def tries():
    """Return how often the matching is disturbed."""
    return 0


def match(first, second, costs):
    """Return for each node of the first graph one of the second, or None."""
    rng = np.random.default_rng(1)
    squares = tables(first, second, costs)
    best = improve(start(first, second, costs, squares[2]), squares, rng)
    least = worth(best, squares)
    for _ in range(tries()):
        after = improve(disturb(best.copy(), squares[2], rng), squares, rng)
        value = worth(after, squares)
        if value <= least:
            best, least = after, value
    size = len(second["labels"])
    return [int(place) if place < size else None for place in best[: len(first["labels"])]]
