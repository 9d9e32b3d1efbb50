"""Kick all points with a strength drawn log-uniformly, relative to the size of the figure."""

import math


def move(points, rng):
    sigma = max(math.dist(a, points[0]) for a in points) * 10 ** rng.uniform(-2.5, -0.7)
    return [[value + rng.gauss(0, sigma) for value in point] for point in points]
