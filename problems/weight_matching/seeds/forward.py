"""Layer by layer from the inputs on, each in the best order by its incoming weights, and no second look."""

import numpy as np
from scipy.optimize import linear_sum_assignment


def start(first, second, rng):
    """Return a first order of each hidden layer: from the inputs on, by the weights into it."""
    order = []
    for layer, matrix in enumerate(first[:-1]):
        into = second[layer][:, order[-1]] if layer else second[layer]
        order.append(linear_sum_assignment(-(matrix @ into.T))[1])
    return order


def path(layers, rng):
    """Return the hidden layers in the order in which they are looked at."""
    return list(range(layers))


def gains(first, second, order, layer):
    """Return what each unit of the second network is worth in each place of a layer, its neighbours as they are."""
    into, out = second[layer], second[layer + 1]
    into = into[:, order[layer - 1]] if layer else into
    out = out[order[layer + 1]] if layer + 1 < len(order) else out
    return first[layer] @ into.T + first[layer + 1].T @ out


def blur(gain, turn, rng):
    """Return what a layer's order is chosen by in such a sweep, the first being 0."""
    return gain


def turns():
    """Return how many sweeps there are at most."""
    return 0


def descend(first, second, order, rng):
    """Return the order after sweeps over all layers, until none changes."""
    order = list(order)
    for turn in range(turns()):
        changed = False
        for layer in path(len(order), rng):
            gain = blur(gains(first, second, order, layer), turn, rng)
            better = linear_sum_assignment(-gain)[1]
            place = np.arange(len(better))
            if gain[place, better].sum() > gain[place, order[layer]].sum():
                order[layer], changed = better, True
        if not changed:
            break
    return order


def worth(first, second, order):
    """Return the sum of the products of all weights with those in their places."""
    total = float((first[-1] * second[-1][:, order[-1]]).sum())
    for layer, units in enumerate(order):
        rows = second[layer][units]
        total += float((first[layer] * (rows[:, order[layer - 1]] if layer else rows)).sum())
    return total


def disturb(order, rng):
    """Return the order after a random change, which is then mended."""
    return order


def tries():
    """Return how often the order is disturbed and mended."""
    return 0


def accept(value, best, rng):
    """Return whether to go on from an order of such a value; the best one is kept anyway."""
    return value > best


def align(first, second):
    """Match the units of two networks by their weights."""
    rng = np.random.default_rng(1)
    order = best = descend(first, second, start(first, second, rng), rng)
    here = most = worth(first, second, best)
    for _ in range(tries()):
        other = descend(first, second, disturb([each.copy() for each in order], rng), rng)
        value = worth(first, second, other)
        if accept(value, here, rng):
            order, here = other, value
        if value > most:
            best, most = other, value
    return [each.tolist() for each in best]
