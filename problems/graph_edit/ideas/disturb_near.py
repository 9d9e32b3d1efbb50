"""Assign all anew, with costs of nodes that are a little different."""

from scipy.optimize import linear_sum_assignment


def disturb(order, nodes, rng):
    noisy = nodes + rng.random(nodes.shape) * nodes.mean()
    noisy[range(len(order)), order] -= nodes.mean()
    return linear_sum_assignment(noisy)[1]
