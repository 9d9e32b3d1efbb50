"""Steps along the velocity in the middle of each (midpoint rule)."""

from itertools import pairwise

import numpy as np


def velocity(x, t):
    """Buy the velocities of a batch at a time."""
    return (yield {"ask": {"v": [x, float(t)]}})


def grid(steps, notes):
    """Return the times between so many steps, from 0 to 1."""
    return np.linspace(0.0, 1.0, steps + 1)


def walk(x, calls, notes):
    """Follow the flow."""
    times = grid(calls // 2, notes)
    for t, after in pairwise(times):
        half = (after - t) / 2
        first = yield from velocity(x, t)
        x = x + 2 * half * (yield from velocity(x + half * first, t + half))
    return x


def learn(x, calls):
    """Return a few numbers about a flow: none."""
    yield {"best": []}
    return []


def calibrate(x0, calls):
    """Return what is to be known of a flow before it is sampled."""
    notes = yield from learn(x0, calls)
    return [float(each) for each in notes]


def sample(x0, calls, notes, seed):
    """Return where particles end."""
    yield {"best": x0}
    return (yield from walk(x0, calls, notes))
