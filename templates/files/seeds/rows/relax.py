"""How the points give way to one another."""

import math


def push(point, other, step):
    """Move a point straight away from another, but not out of the square."""
    gap = math.dist(point, other) or 1.0
    for axis in (0, 1):
        point[axis] = min(max(point[axis] + step * (point[axis] - other[axis]) / gap, 0.0), 1.0)


def sweep(points, step):
    """Push every point away from its nearest neighbour."""
    for point in points:
        others = [other for other in points if other is not point]
        push(point, min(others, key=lambda other: math.dist(point, other)), step)
