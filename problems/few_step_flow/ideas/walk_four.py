"""Take four velocities a step (Runge and Kutta); calls that are left over stay unused."""

from itertools import pairwise


def walk(x, calls, notes):
    times = grid(calls // 4, notes)
    for t, after in pairwise(times):
        h = after - t
        a = yield from velocity(x, t)
        b = yield from velocity(x + h / 2 * a, t + h / 2)
        c = yield from velocity(x + h / 2 * b, t + h / 2)
        d = yield from velocity(x + h * c, after)
        x = x + h / 6 * (a + 2 * b + 2 * c + d)
    return x
