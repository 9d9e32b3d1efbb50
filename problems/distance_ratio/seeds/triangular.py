"""Layers of a triangular lattice, stacked in space, cut out as a ball."""

import itertools
import math
import random


def place(n, d, rng):
    """Return the n points of a lattice of regular simplices that are nearest to a random place."""
    basis = [[math.sqrt((k + 2) / (2 * (k + 1))) if j == k else 0.0 for j in range(d)] for k in range(d)]
    for k in range(d):
        for j in range(k):
            basis[k][j] = 1 / math.sqrt(2 * (j + 1) * (j + 2))
    reach = max(2, math.ceil(n ** (1 / d)))
    points = [
        [sum(c * row[j] for c, row in zip(cell, basis, strict=True)) for j in range(d)]
        for cell in itertools.product(range(-reach, reach + 1), repeat=d)
    ]
    middle = [rng.uniform(0, 0.5) for _ in range(d)]
    return sorted(points, key=lambda point: math.dist(point, middle))[:n]


def ratio(points):
    """Return (largest / smallest distance)^2."""
    gaps = [math.dist(a, b) for j, b in enumerate(points) for a in points[:j]]
    return (max(gaps) / min(gaps)) ** 2 if min(gaps) > 0 else math.inf


def polish(points):
    """Improve points locally; here they stay as they are."""
    return points


def move(points, rng):
    """Return the points with one of them moved a little."""
    changed = [list(point) for point in points]
    k = rng.randrange(len(changed))
    changed[k] = [value + rng.gauss(0, 0.05) for value in changed[k]]
    return changed


def accept(trial, current):
    """Tell whether the search goes on from the trial."""
    return ratio(trial) < ratio(current)


def search(n, d, rng, work):
    """Take the best of a few cuts, climb from it by a few moves, then polish it once."""
    current = min((place(n, d, rng) for _ in range(8)), key=ratio)
    for _ in range(min(work, 20)):
        trial = move(current, rng)
        if accept(trial, current):
            current = trial
    return polish(current)


def arrange(n, d, seed, work):
    """Return n points; at most `work` arrangements are polished."""
    points = search(n, d, random.Random(seed), work)
    return [[float(value) for value in point] for point in points]
