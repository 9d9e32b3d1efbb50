"""Equal circles on the coarsest square grid that has room for all of them."""

import math
import random


def place(n, rng):
    """Return n centres on a k x k grid, row by row."""
    k = math.ceil(math.sqrt(n))
    cells = [(i, j) for j in range(k) for i in range(k)]
    return [((i + 0.5) / k, (j + 0.5) / k) for i, j in cells[:n]]


def radii(centers):
    """Return half the distance to the nearest neighbour, or the distance to the wall."""
    sizes = []
    for i, (x, y) in enumerate(centers):
        size = min(x, y, 1 - x, 1 - y)
        for j, other in enumerate(centers):
            if i != j:
                size = min(size, math.dist((x, y), other) / 2)
        sizes.append(size)
    return sizes


def polish(circles):
    """Improve circles locally; here they stay as they are."""
    return circles


def move(circles, rng):
    """Return the centres with one of them at a random place."""
    centers = [(x, y) for x, y, _ in circles]
    centers[rng.randrange(len(centers))] = (rng.random(), rng.random())
    return centers


def accept(trial, current):
    """Tell whether the search goes on from the trial."""
    return total(trial) > total(current)


def total(circles):
    return math.fsum(r for _, _, r in circles)


def measured(centers):
    return [(x, y, r) for (x, y), r in zip(centers, radii(centers), strict=True)]


def search(n, rng, work):
    """Try a few moves away from one layout, then polish it once."""
    current = measured(place(n, rng))
    for _ in range(min(work, 4)):
        trial = measured(move(current, rng))
        if accept(trial, current):
            current = trial
    return polish(current)


def finish(circles):
    """Return plain lists, shrunk a little so that rounding leaves no overlap."""
    return [[float(x), float(y), max(0.0, float(r) * (1 - 1e-10))] for x, y, r in circles]


def pack(n, seed, work):
    """Return n circles [x, y, r] in the unit square; at most `work` layouts are solved."""
    rng = random.Random(seed)
    return finish(search(n, rng, work))
