"""Euler steps at optimal times, found on probes by dynamic programming."""

from itertools import pairwise

import numpy as np


def velocity(x, t):
    """Buy the velocities of a batch at a time."""
    return (yield {"ask": {"v": [x, float(t)]}})


CALLS = (6, 10)
"""Of which the notes hold the optimal times between; the largest number is interpolated from them."""


def grid(steps, notes):
    """Return the times of so many steps, from those that were optimal for ten."""
    six, ten = np.array(notes[:7]), np.array(notes[7:18])
    known = six if steps <= 6 else ten
    return np.interp(np.linspace(0.0, 1.0, steps + 1), np.linspace(0.0, 1.0, len(known)), known)


def walk(x, calls, notes):
    """Follow the flow."""
    times = grid(calls, notes)
    for t, after in pairwise(times):
        x = x + (after - t) * (yield from velocity(x, t))
    return x


def learn(x, calls):
    """Return the times of 6 and of 10 Euler steps with the least sum of squared local errors (Bellman)."""
    fine = calls // 2
    path, v = [x], []
    for step in range(fine):
        first = yield from velocity(x, step / fine)
        x = x + (yield from velocity(x + first / fine / 2, (step + 0.5) / fine)) / fine
        v.append(first)
        path.append(x)
    cost = np.full((fine + 1, fine + 1), np.inf)
    for begin in range(fine):
        for end in range(begin + 1, fine + 1):
            straight = path[begin] + (end - begin) / fine * v[begin]
            cost[begin, end] = ((path[end] - straight) ** 2).sum(axis=1).mean()
    return [time for steps in CALLS for time in cheapest(cost, steps)]


def cheapest(cost, steps):
    """Return the times of the cheapest way from 0 to 1 in so many steps."""
    fine = len(cost) - 1
    best, before = np.full(fine + 1, np.inf), []
    best[0] = 0.0
    for _ in range(steps):
        ways = best[:, None] + cost
        before.append(ways.argmin(axis=0))
        best = ways.min(axis=0)
    places = [fine]
    for choice in reversed(before):
        places.append(int(choice[places[-1]]))
    return [place / fine for place in reversed(places)]


def calibrate(x0, calls):
    """Return what is to be known of a flow before it is sampled."""
    notes = yield from learn(x0, calls)
    return [float(each) for each in notes]


def sample(x0, calls, notes, seed):
    """Return where particles end."""
    yield {"best": x0}
    return (yield from walk(x0, calls, notes))
