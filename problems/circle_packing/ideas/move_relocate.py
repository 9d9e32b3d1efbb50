"""Take one of the smallest circles out and put it into the largest hole that random darts find."""

import math


def move(circles, rng):
    order = sorted(range(len(circles)), key=lambda k: circles[k][2])
    taken = order[rng.randrange(min(6, len(order)))]
    rest = [circle for k, circle in enumerate(circles) if k != taken]

    def room(dart):
        x, y = dart
        return min([x, y, 1 - x, 1 - y] + [math.dist(dart, (a, b)) - r for a, b, r in rest])

    darts = [(rng.random(), rng.random()) for _ in range(12)]
    return [(x, y) for x, y, _ in rest] + [max(darts, key=room)]
