"""Random points; each is pushed a little away from its nearest neighbour, a few times."""

import math
import random


def push(point, other, step):
    """Move a point straight away from another, but not out of the square."""
    gap = math.dist(point, other) or 1.0
    for axis in (0, 1):
        point[axis] = min(max(point[axis] + step * (point[axis] - other[axis]) / gap, 0.0), 1.0)


def spread(n, seed):
    """Return n points that keep some distance."""
    rng = random.Random(seed)
    points = [[rng.random(), rng.random()] for _ in range(n)]
    for _ in range(4):
        for point in points:
            others = [other for other in points if other is not point]
            push(point, min(others, key=lambda other: math.dist(point, other)), 0.02)
    return points
