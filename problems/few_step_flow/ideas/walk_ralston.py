"""Take the second velocity of a step at two thirds of it (Ralston)."""

from itertools import pairwise


def walk(x, calls, notes):
    times = grid(calls // 2, notes)
    for t, after in pairwise(times):
        h = after - t
        first = yield from velocity(x, t)
        second = yield from velocity(x + 2 / 3 * h * first, t + 2 / 3 * h)
        x = x + h * (0.25 * first + 0.75 * second)
    return x
