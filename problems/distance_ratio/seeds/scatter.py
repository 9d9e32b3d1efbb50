"""Random points: the best of a few draws."""

import math
import random


def place(n, d, rng):
    """Return n points, uniform in a cube."""
    return [[rng.random() for _ in range(d)] for _ in range(n)]


def ratio(points):
    """Return (largest / smallest distance)^2."""
    gaps = [math.dist(a, b) for j, b in enumerate(points) for a in points[:j]]
    return (max(gaps) / min(gaps)) ** 2 if min(gaps) > 0 else math.inf


def polish(points):
    """Improve points locally; here they stay as they are."""
    return points


def move(points, rng):
    """Return the points with one of them at a random place of the cube."""
    changed = [list(point) for point in points]
    changed[rng.randrange(len(changed))] = [rng.random() for _ in points[0]]
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
