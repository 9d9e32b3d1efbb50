"""Rings around one circle in the middle, a few small moves, overlaps scaled away."""

import math
import random


def place(n, rng):
    """Return n centres: one in the middle, 8 on a ring, the others on a wider ring."""
    centers = [(0.5, 0.5)]
    for count, radius in ((8, 0.3), (n - 9, 0.7)):
        for k in range(count):
            angle = 2 * math.pi * k / count
            centers.append((0.5 + radius * math.cos(angle), 0.5 + radius * math.sin(angle)))
    return [(min(max(x, 0.01), 0.99), min(max(y, 0.01), 0.99)) for x, y in centers[:n]]


def radii(centers):
    """Return the largest radius for every centre: up to the wall, then scaled down pair by pair."""
    sizes = [min(x, y, 1 - x, 1 - y) for x, y in centers]
    for i, a in enumerate(centers):
        for j in range(i):
            gap = math.dist(a, centers[j])
            reach = sizes[i] + sizes[j]
            if reach > gap:
                sizes[i] *= gap / reach
                sizes[j] *= gap / reach
    return sizes


def polish(circles):
    """Improve circles locally; here they stay as they are."""
    return circles


def move(circles, rng):
    """Return the centres with one of them moved a little."""
    centers = [(x, y) for x, y, _ in circles]
    k = rng.randrange(len(centers))
    x, y = (min(max(value + rng.gauss(0, 0.02), 0.0), 1.0) for value in centers[k])
    centers[k] = (x, y)
    return centers


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
    for _ in range(min(work, 3)):
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
