"""Count also what those without a place will cost with those that are there, at free places on average."""

import numpy as np


def worth(at, flows, far):
    others, there = np.flatnonzero(at < 0), np.flatnonzero(at >= 0)
    free = np.setdiff1d(np.arange(len(at)), at)
    cost = inner_worth(at, flows, far)
    if len(others):
        cost += 0.8 * (flows[np.ix_(others, there)] @ far[np.ix_(at[there], free)].mean(axis=1)).sum()
    return cost
