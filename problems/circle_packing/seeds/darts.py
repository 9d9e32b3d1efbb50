"""Random centres kept apart from each other, circles grown one after another."""

import math
import random


def place(n, rng):
    """Return n centres, each the most remote of a few random darts."""
    centers = []
    for _ in range(n):
        darts = [(rng.uniform(0.05, 0.95), rng.uniform(0.05, 0.95)) for _ in range(6)]
        centers.append(max(darts, key=lambda dart: min((math.dist(dart, c) for c in centers), default=0.0)))
    return centers


def radii(centers):
    """Grow circles in turn: each takes what walls, circles and half the way to later centres leave."""
    sizes = []
    for i, (x, y) in enumerate(centers):
        size = min(x, y, 1 - x, 1 - y)
        for j, other in enumerate(centers):
            gap = math.dist((x, y), other)
            if j < i:
                size = min(size, gap - sizes[j])
            elif j > i:
                size = min(size, gap / 2)
        sizes.append(max(size, 0.0))
    return sizes


def polish(circles):
    """Improve circles locally; here they stay as they are."""
    return circles


def move(circles, rng):
    """Return the centres, all of them shaken a little."""
    return [
        (min(max(x + rng.gauss(0, 0.01), 0.0), 1.0), min(max(y + rng.gauss(0, 0.01), 0.0), 1.0)) for x, y, _ in circles
    ]


def accept(trial, current):
    """Tell whether the search goes on from the trial."""
    return total(trial) > total(current)


def total(circles):
    return math.fsum(r for _, _, r in circles)


def measured(centers):
    return [(x, y, r) for (x, y), r in zip(centers, radii(centers), strict=True)]


def search(n, rng, work):
    """Climb from one layout by a few moves, then polish it once."""
    current = measured(place(n, rng))
    for _ in range(min(work, 5)):
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
