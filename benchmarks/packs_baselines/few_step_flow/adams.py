"""Extrapolates the velocity from the step before (Adams and Bashforth, second order)."""

import numpy as np


def velocity(x, t):
    """Buy the velocities of a batch at a time."""
    return (yield {"ask": {"v": [x, float(t)]}})


def grid(steps, notes):
    """Return the times between so many steps, from 0 to 1."""
    return np.linspace(0.0, 1.0, steps + 1)


def walk(x, calls, notes):
    times, before = grid(calls, notes), None
    for step in range(calls):
        h, v = times[step + 1] - times[step], (yield from velocity(x, times[step]))
        slope = 0.0 if before is None else (v - before) / (times[step] - times[step - 1])
        before, x = v, x + h * v + h**2 / 2 * slope
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
