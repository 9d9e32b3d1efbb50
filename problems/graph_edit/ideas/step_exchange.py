"""Exchange the places of two nodes, or of a node and nothing, where that gains most."""

import numpy as np


def step(order, squares, rng):
    one, other, nodes, joint = squares
    here = other[np.ix_(order, order)]
    kept = one @ here
    now, cost = np.diag(kept), nodes[:, order]
    own = np.diag(cost)
    gain = joint * (kept + kept.T - now[:, None] - now + 2 * one * here) - (cost + cost.T - own[:, None] - own)
    a, b = np.unravel_index(gain.argmax(), gain.shape)
    order[[a, b]] = order[[b, a]]
    return order
