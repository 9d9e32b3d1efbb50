"""Start from two concentric shells, the share of the inner one drawn at random."""

import math


def place(n, d, rng):
    inner = rng.uniform(0.1, 0.5)
    points = []
    for k in range(n):
        direction = [rng.gauss(0, 1) for _ in range(d)]
        size = math.hypot(*direction) + 1e-12
        radius = 0.4 if k < inner * n else 1.0
        points.append([radius * value / size for value in direction])
    return points
