"""Start from a symmetric layout: orbits of random points under turns by a part of a circle and, at times, a mirror."""

import math


def orbits(n, rng):
    folds, mirrored = rng.choice([(1, True), (2, False), (2, True), (3, False), (3, True), (4, False), (6, False)])
    points = []
    while len(points) < n:
        radius, turn = 0.5 * math.sqrt(rng.random()), 2 * math.pi * rng.random()
        kind = rng.random()
        radius, turn = (0.0 if kind < 0.1 else radius), (0.0 if mirrored and kind > 0.7 else turn)
        angles = [
            sign * turn + 2 * math.pi * k / folds for k in range(folds) for sign in ((1, -1) if mirrored else (1,))
        ]
        orbit = sorted({(round(radius * math.cos(a), 9), round(radius * math.sin(a), 9)) for a in angles})
        if len(orbit) <= n - len(points) or rng.random() < 0.1:
            points += orbit[: n - len(points)]
    return inside([[0.5 + x, 0.5 + y] for x, y in points])


def place(n, rng):
    for _ in range(20):
        points = orbits(n, rng)
        if smallest(points) > 1e-6:
            break
    return points
