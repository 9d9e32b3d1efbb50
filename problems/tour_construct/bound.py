"""How short no tour can be: the bound of Held and Karp, in whole numbers, for many maps at once.

M. Held and R. M. Karp, The traveling-salesman problem and minimum spanning trees, Operations Research 18 (1970). With a
price on each city, a shortest 1-tree (a spanning tree of all cities but one, and that one's two shortest edges) is no
longer than the shortest tour, once twice the prices are taken off again. That holds for any prices; whole numbers
make it exact. Prices rise where a tree has too many edges, and fall where it has too few.
"""

import numpy as np

STEPS = 150
FAR = 1 << 50
"""Longer than any edge with its prices."""
SHRINK, MOMENTUM = 0.98, 0.3


def held_karp(tables, steps=STEPS):
    """Return for each map a whole number that no tour's length is below.

    Args:
        tables: distances, whole numbers, (maps, n, n).
        steps: of the ascent.
    """
    maps, n, _ = tables.shape
    prices = np.zeros((maps, n), np.int64)
    best, last = np.zeros(maps, np.int64), np.zeros((maps, n))
    for step in range(steps):
        lengths, degrees = one_trees(tables + prices[:, :, None] + prices[:, None, :])
        lower = lengths - 2 * prices.sum(axis=1)
        if not step:
            size = lower / (2 * n)
        best = np.maximum(best, lower)
        towards = (1 - MOMENTUM) * (degrees - 2) + MOMENTUM * last if step else degrees - 2.0
        last = degrees - 2
        prices += np.rint((size * SHRINK**step)[:, None] * towards).astype(np.int64)
    return best


def one_trees(tables):
    """Return length and degrees of the shortest 1-tree of each map: (maps,), (maps, n). City 0 is outside the tree."""
    maps, n, _ = tables.shape
    each = np.arange(maps)
    lengths, degrees = np.zeros(maps, np.int64), np.zeros((maps, n), np.int64)
    away, parent = tables[:, 1].copy(), np.ones((maps, n), np.int64)
    away[:, :2] = FAR
    for _ in range(n - 2):
        city = away.argmin(axis=1)
        lengths += away[each, city]
        degrees[each, city] += 1
        degrees[each, parent[each, city]] += 1
        away[each, city] = FAR
        row = tables[each, city]
        nearer = (row < away) & (away < FAR)
        away, parent = np.where(nearer, row, away), np.where(nearer, city[:, None], parent)
    two = np.argsort(tables[:, 0, 1:], axis=1, kind="stable")[:, :2] + 1
    for column in two.T:
        lengths += tables[each, 0, column]
        degrees[each, column] += 1
    degrees[:, 0] = 2
    return lengths, degrees
