"""Facilities and places in the order of their numbers."""

import numpy as np


def facility(at, flows):
    """Return which facility is next: that with the lowest number."""
    free = np.flatnonzero(at < 0)
    return free[0]


def options(at, chosen, flows, far):
    """Return the places worth a look: that with the lowest number."""
    free = np.setdiff1d(np.arange(len(at)), at)
    return free[:1]


def finish(at, flows, far):
    """Return an arrangement with all facilities that have no place yet; nobody looks ahead, so it stays as it is."""
    return at


def improve(at, movable, flows, far):
    """Return a cheaper arrangement in which only movable facilities have changed places; it stays as it is."""
    return at


def worth(at, flows, far):
    """Return what an arrangement costs, as far as it goes."""
    there = np.flatnonzero(at >= 0)
    return (flows[np.ix_(there, there)] * far[np.ix_(at[there], at[there])]).sum()


def next_pair(at, flows, distances):
    """Return the facility that is placed next, and its place."""
    at, tried = np.array(at), []
    chosen = int(facility(at, flows))
    for place in options(at, chosen, flows, distances):
        plan = at.copy()
        plan[chosen] = place
        plan = improve(finish(plan, flows, distances), at < 0, flows, distances)
        tried.append((worth(plan, flows, distances), int(plan[chosen])))
    return [chosen, min(tried)[1]]
