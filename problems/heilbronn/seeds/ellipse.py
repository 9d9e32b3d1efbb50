"""Points on a circle, then a few small moves."""

import itertools
import math
import random


def place(n, rng):
    """Return n points at equal angles of the circle that touches all sides, where no three are on a line."""
    angles = [2 * math.pi * (k + 0.5) / n for k in range(n)]
    return inside([[0.5 + 0.5 * math.cos(angle), 0.5 + 0.5 * math.sin(angle)] for angle in angles])


def inside(points):
    """Return the points, clipped to the square."""
    return [[min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)] for x, y in points]


def smallest(points):
    """Return the area of the smallest triangle."""
    return min(
        abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / 2
        for a, b, c in itertools.combinations(points, 3)
    )


def polish(points):
    """Improve points locally; here they stay as they are."""
    return points


def move(points, rng):
    """Return the points with one of them moved a little."""
    changed = [list(point) for point in points]
    k = rng.randrange(len(changed))
    changed[k] = [value + rng.gauss(0, 0.05) for value in changed[k]]
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
