"""Whoever has the most flow to those that are placed goes to where it costs least with them."""

import numpy as np


def next_pair(at, flows, distances):
    """Return the facility that is placed next, and its place."""
    at = np.array(at)
    free, there = np.flatnonzero(at < 0), np.flatnonzero(at >= 0)
    facility = free[np.lexsort((-flows[free].sum(axis=1), -flows[np.ix_(free, there)].sum(axis=1)))[0]]
    places = np.setdiff1d(np.arange(len(at)), at)
    costs = distances[np.ix_(places, at[there])] @ flows[there, facility]
    return [int(facility), int(places[np.lexsort((distances[places].sum(axis=1), costs))[0]])]
