"""The facility with the most flow goes to the place with the shortest ways to all others."""

import numpy as np


def facility(at, flows):
    """Return which facility is next: that with the most flow."""
    free = np.flatnonzero(at < 0)
    return free[flows[free].sum(axis=1).argmax()]


def options(at, chosen, flows, far):
    """Return the places worth a look: the one with the shortest ways to all others."""
    free = np.setdiff1d(np.arange(len(at)), at)
    return free[np.argsort(far[free].sum(axis=1), kind="stable")[:1]]


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
