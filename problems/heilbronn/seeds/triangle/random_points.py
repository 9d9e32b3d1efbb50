"""Random points, the best of a few draws, then a few relocations."""

import itertools
import math
import random


def place(n, rng):
    """Return the best of a few draws of n uniform points."""
    draws = [inside([fold(rng.random(), rng.random()) for _ in range(n)]) for _ in range(5)]
    return max(draws, key=smallest)


def fold(u, v):
    """Return a point of the triangle for a point of the unit square, evenly."""
    root = math.sqrt(u)
    return [1 - root, v * root]


def inside(points):
    """Return the points, those beyond a side brought back to it."""
    kept = []
    for point in points:
        x, y = (max(value, 0.0) for value in point)
        size = (x + y) * (1 + 1e-15) if x + y > 1 else 1.0
        kept.append([x / size, y / size])
    return kept


def smallest(points):
    """Return the smallest triangle as a share of the region."""
    return min(
        abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
        for a, b, c in itertools.combinations(points, 3)
    )


def polish(points):
    """Improve points locally; here they stay as they are."""
    return points


def move(points, rng):
    """Return the points with one of them at a random place."""
    changed = [list(point) for point in points]
    changed[rng.randrange(len(changed))] = fold(rng.random(), rng.random())
    return inside(changed)


def accept(trial, current):
    """Tell whether the search goes on from the trial."""
    return smallest(trial) > smallest(current)


def search(n, rng, work):
    """Try a few moves away from one arrangement, then polish it once."""
    current = place(n, rng)
    for _ in range(min(work, 10)):
        trial = move(current, rng)
        if accept(trial, current):
            current = trial
    return polish(current)


def arrange(n, seed, work):
    """Return n points in the region; at most `work` arrangements are polished."""
    points = search(n, random.Random(seed), work)
    return [[float(x), float(y)] for x, y in inside(points)]
