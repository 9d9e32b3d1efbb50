"""Look at the three places that cost least with those that are there."""

import numpy as np


def options(at, chosen, flows, far):
    free, there = np.setdiff1d(np.arange(len(at)), at), np.flatnonzero(at >= 0)
    return free[np.argsort(far[np.ix_(free, at[there])] @ flows[there, chosen], kind="stable")[:3]]
