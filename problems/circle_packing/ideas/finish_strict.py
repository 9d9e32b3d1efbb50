"""Clip every radius to the walls and to its neighbours, and give up only the last digits."""

import math


def finish(circles):
    kept = []
    for circle in circles:
        x, y = (min(max(float(value), 0.0), 1.0) for value in circle[:2])
        size = min(float(circle[2]), x, y, 1 - x, 1 - y)
        for a, b, s in kept:
            size = min(size, math.dist((x, y), (a, b)) - s)
        kept.append([x, y, max(size, 0.0)])
    return [[x, y, r * (1 - 1e-15)] for x, y, r in kept]
