"""A cubic lattice: the points nearest to its middle."""

import itertools
import math
import random


def place(n, d, rng):
    """Return the n points of a cubic lattice that are nearest to the middle of a cell."""
    side = 1
    while side**d < n:
        side += 1
    cells = itertools.product(range(side), repeat=d)
    middle = [(side - 1) / 2] * d
    return [list(cell) for cell in sorted(cells, key=lambda cell: math.dist(cell, middle))[:n]]


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
    """Try a few moves away from one arrangement, then polish it once."""
    current = place(n, d, rng)
    for _ in range(min(work, 20)):
        trial = move(current, rng)
        if accept(trial, current):
            current = trial
    return polish(current)


def arrange(n, d, seed, work):
    """Return n points; at most `work` arrangements are polished."""
    points = search(n, d, random.Random(seed), work)
    return [[float(value) for value in point] for point in points]
