"""Trees of weights: drawn from text and, for hold-outs, a run's secret."""

from __future__ import annotations

import random
from typing import NamedTuple

from evo.judging import draw_seed

LEAST = 1e-6
"""The lightest leaf's share of the whole tree: lighter ones are lifted to it."""


DEEPEST = 4


class Tree(NamedTuple):
    """A tree; node 0 is the root, children come after their parents.

    Attributes:
        children: node -> its children; a leaf has none.
        weights: node -> a whole number above 0, of an inner node the sum of its children's.
    """

    children: list[list[int]]
    weights: list[int]


def tree(family, draw, params):
    """Return one drawn tree of about 30 leaves."""
    rng = random.Random(draw_seed(f"treemap, {family}/{draw}", params))
    children, weights = FAMILIES[family](rng)
    return named(children, weighed(children, weights), rng)


def weighed(children, raw):
    """Return whole weights: leaves as given, lifted where they are too light, inner nodes by their sums."""
    least = LEAST * sum(raw[node] for node, below in enumerate(children) if not below)
    weights = [0] * len(children)
    for node in reversed(range(len(children))):
        below = children[node]
        weights[node] = sum(weights[child] for child in below) if below else round(1e9 * max(raw[node], least))
    return weights


def named(children, weights, rng):
    """Return the tree with siblings in random order and nodes numbered level by level."""
    order, place = [0], 0
    while place < len(order):
        below = list(children[order[place]])
        rng.shuffle(below)
        order += below
        place += 1
    number = {node: index for index, node in enumerate(order)}
    levels = [sorted(number[child] for child in children[node]) for node in order]
    return Tree(levels, [weights[node] for node in order])


def grown(rng, leaves, fewest, most):
    """Return the children of a random tree of at most four levels, with `fewest` to `most` below an inner node."""
    children, depth = [[]], [0]
    while sum(not below for below in children) < leaves:
        node = rng.choice([each for each, below in enumerate(children) if not below and depth[each] < DEEPEST])
        for _ in range(rng.randint(fewest, most)):
            children[node].append(len(children))
            children.append([])
            depth.append(depth[node] + 1)
    return children


def log_normal(sigma):
    """Return a family whose leaves have log-normal weights."""

    def family(rng):
        children = grown(rng, 30, 3, 7)
        return children, [rng.lognormvariate(0, sigma) for _ in children]

    return family


def zipf(rng):
    """Ranks: the leaf of rank r weighs 1 / r^1.5."""
    children = grown(rng, 30, 2, 8)
    ranks = list(range(1, len(children) + 1))
    rng.shuffle(ranks)
    return children, [rank**-1.5 for rank in ranks]


def folders(rng):
    """Like folders of files: a few children or many, deep chains, sizes over six orders of magnitude."""
    children, open_nodes = [[]], [0]
    while len(children) < 45:
        node = open_nodes.pop(rng.randrange(len(open_nodes))) if len(open_nodes) > 1 else open_nodes.pop()
        for _ in range(min(12, 2 + int(rng.expovariate(0.35)))):
            children[node].append(len(children))
            children.append([])
            open_nodes.append(len(children) - 1)
    return children, [10 ** rng.gauss(3.5, 1.0) for _ in children]


def four(rng):
    """Four leaves of equal weight: what cases can be reckoned by hand on."""
    return [[1, 2, 3, 4], [], [], [], []], [1, 1, 1, 1, 1]


FAMILIES = {
    "even": log_normal(0.5),
    "usual": log_normal(1.4),
    "skewed": log_normal(2.5),
    "zipf": zipf,
    "folders": folders,
    "four": four,
}
