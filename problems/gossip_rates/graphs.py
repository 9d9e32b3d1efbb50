"""Networks of nodes, drawn from text and a secret, and what mixing on them costs at the rates of uniform gossip."""

import math
import random
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from evo.judging import draw_seed

DIGITS = 9
"""Constants are rounded to so many significant digits, which no library of linear algebra disputes."""


class World(NamedTuple):
    """A network and what its nodes have measured.

    Attributes:
        adjacent: node -> its neighbours, ascending.
        values: node -> what it has measured.
        slowness: the inverse of the second eigenvalue of uniform gossip's Laplacian; in units of time, of which a
            node's clock takes one in the mean.
        resistance: the largest half resistance of an edge, where an edge conducts as often as it is used.
        seed: of the clocks.
    """

    adjacent: list[list[int]]
    values: list[float]
    slowness: float
    resistance: float
    seed: int

    def reference(self, precision):
        """Return the messages within which uniform gossip is expected to be precise, from whatever values it begins.

        Of one message the expected squared deviation falls by the factor 1 - 1 / (2 * nodes * slowness) at least; see
        Boyd, Ghosh, Prabhakar and Shah 2006. The precision is of squares: 1e-4 is a hundredth of the deviation.
        """
        return 2 * len(self.adjacent) * self.slowness * math.log(1 / precision)


def world(family, draw, params):
    """Return a world. Equal arguments give equal worlds.

    Args:
        family: a key of `FAMILIES`.
        draw: number of the world.
        params: the judge's, for the secret of a run.
    """
    rng = random.Random(draw_seed(f"gossip, {family}/{draw}", params))
    nodes, edges = FAMILIES[family](rng)
    while not reached(neighbours(nodes, edges)):
        nodes, edges = FAMILIES[family](rng)
    names = rng.sample(range(nodes), nodes)
    renamed = neighbours(nodes, [(names[one], names[other]) for one, other in edges])
    middle = rng.gauss(0, 10)
    values = [middle + rng.gauss(0, 1) for _ in renamed]
    return World(renamed, values, *constants(renamed), rng.getrandbits(64))


def neighbours(nodes, edges):
    """Return each node's neighbours, ascending."""
    found = [set() for _ in range(nodes)]
    for one, other in edges:
        found[one].add(other)
        found[other].add(one)
    return [sorted(each) for each in found]


def reached(adjacent):
    """Return whether every node can be reached from the first."""
    seen, left = {0}, [0]
    while left:
        new = set(adjacent[left.pop()]) - seen
        seen |= new
        left += new
    return len(seen) == len(adjacent)


def constants(adjacent):
    """Return slowness and resistance of a network in which every node wakes once a unit of time, for any neighbour."""
    nodes = len(adjacent)
    laplacian = np.zeros((nodes, nodes))
    for one, others in enumerate(adjacent):
        for other in others:
            laplacian[one, other] = -1 / len(others) - 1 / len(adjacent[other])
    np.fill_diagonal(laplacian, -laplacian.sum(axis=1))
    inverse = np.linalg.pinv(laplacian, hermitian=True)
    slow = 1 / float(np.linalg.eigvalsh(laplacian)[1])
    across = max(
        inverse[one, one] + inverse[other, other] - 2 * inverse[one, other]
        for one, others in enumerate(adjacent)
        for other in others
    )
    return tuple(float(f"{value:.{DIGITS}g}") for value in (slow, float(across) / 2))


def complete(nodes, first=0):
    """Return the edges among all of some nodes."""
    return [(first + one, first + other) for one in range(nodes) for other in range(one)]


def ring(rng):
    """A ring of 14 to 18 nodes."""
    nodes = rng.randint(14, 18)
    return nodes, [(each, (each + 1) % nodes) for each in range(nodes)]


def grid(rng):
    """A grid of four or five rows."""
    rows, columns = rng.choice([(4, 5), (4, 6), (5, 5)])
    right = [(row * columns + at, row * columns + at + 1) for row in range(rows) for at in range(columns - 1)]
    return rows * columns, right + [(each, each + columns) for each in range((rows - 1) * columns)]


def geometric(rng):
    """28 points in a square, linked where they are near."""
    points = [(rng.random(), rng.random()) for _ in range(28)]
    return 28, [(one, other) for one, other in complete(28) if math.dist(points[one], points[other]) < 0.32]


def barbell(rng):
    """Two clubs in which everybody knows everybody, and one or two nodes on the only way between them."""
    size, between = rng.randint(6, 8), rng.randint(1, 2)
    way = [0, *range(2 * size, 2 * size + between), size]
    return 2 * size + between, complete(size) + complete(size, size) + list(pairwise(way))


def tree(rng):
    """A tree of 14 nodes, rather long than broad."""
    return 14, [(each, rng.randrange(max(0, each - 6), each)) for each in range(1, 14)]


def star(rng):
    """A centre with 14 to 18 legs, of which every third has a second node."""
    legs = rng.randint(14, 18)
    ends = [(1 + leg, 1 + legs + leg // 3) for leg in range(0, legs, 3)]
    return 1 + legs + len(ends), [(0, 1 + leg) for leg in range(legs)] + ends


def erdos(rng):
    """32 nodes, of which every two are linked with equal chance."""
    return 32, [pair for pair in complete(32) if rng.random() < 0.16]


def hubs(rng):
    """28 nodes that came one by one, each to two others: who has many neighbours gets more."""
    edges = complete(3)
    for new in range(3, 28):
        ends = [end for edge in edges for end in edge]
        chosen = {rng.choice(ends)}
        while len(chosen) < 2:
            chosen.add(rng.choice(ends))
        edges += [(new, each) for each in sorted(chosen)]
    return 28, edges


def caves(rng):
    """Four or five cliques of five in a ring, with one way from each to the next."""
    count = rng.randint(4, 5)
    inside = [edge for cave in range(count) for edge in complete(5, 5 * cave)]
    return 5 * count, inside + [(5 * cave, 5 * ((cave + 1) % count) + 1) for cave in range(count)]


FAMILIES = {each.__name__: each for each in (ring, grid, geometric, barbell, tree, star, erdos, hubs, caves)}
