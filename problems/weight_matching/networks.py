"""Pairs of networks whose units are to be matched: drawn from text and, for hold-outs, a run's secret."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from evo.judging import draw_seed

SCALE = 1000
"""Weights are whole numbers of thousandths, so that sums of their products are exact."""


class Pair(NamedTuple):
    """Two networks of the same shape, without biases.

    Attributes:
        first: for each layer a matrix (outputs, inputs) of whole numbers, as int64.
        second: the same, its hidden units under other names.
        planted: for each hidden layer, the unit of the second network in the place of each unit of the first; where
            nothing was planted, the best that the judge's own search finds.
    """

    first: list[np.ndarray]
    second: list[np.ndarray]
    planted: list[np.ndarray]


def value(pair, order):
    """Return the sum of the products of all weights with those in their places, as an integer."""
    return sum(int((one * other).sum()) for one, other in zip(pair.first, moved(pair.second, order), strict=True))


def moved(layers, order):
    """Return the matrices with the units of each hidden layer in another order."""
    found = []
    for layer, matrix in enumerate(layers):
        rows = matrix[order[layer]] if layer < len(order) else matrix
        found.append(rows[:, order[layer - 1]] if layer else rows)
    return found


def hidden(layers, names):
    """Return the matrices such that unit i of a hidden layer is called names[i]."""
    return moved(layers, [np.argsort(each) for each in names])


def rounded(layers):
    """Return matrices of whole thousandths."""
    return [np.round(SCALE * each).astype(np.int64) for each in layers]


def pair(family, noise, draw, params):
    """Return one drawn pair of networks.

    Args:
        family: one of FAMILIES.
        noise: standard deviation of what the second network's weights have been moved by, that of the weights being 1;
            of no meaning where two networks were trained.
        draw: its number.
        params: may hold a run's secret.
    """
    rng = np.random.default_rng(draw_seed(f"networks, {family}/{noise}/{draw}", params))
    first, second = FAMILIES[family](noise, rng)
    names = [rng.permutation(len(matrix)) for matrix in first[:-1]]
    drawn = Pair(rounded(first), hidden(rounded(second), names), names)
    return drawn._replace(planted=searched(drawn, rng)) if family == "trained" else drawn


def shaken(sizes):
    """Return a family: a network of normal weights, and the same with noise."""

    def family(noise, rng):
        first = [rng.normal(size=(out, into)) for into, out in pairwise(sizes)]
        return first, [each + noise * rng.normal(size=each.shape) for each in first]

    return family


def trained(noise, rng):
    """Two networks with three hidden layers, trained on the same data from different first weights."""
    sizes = (12, 24, 24, 24, 6)
    inputs, targets = lessons(rng)
    return [descended([0.6 * rng.normal(size=s) / s[1] ** 0.5 for s in shapes(sizes)], inputs, targets) for _ in "ab"]


def shapes(sizes):
    """Return the shapes of the matrices between layers of such sizes."""
    return list(zip(sizes[1:], sizes, strict=False))


def lessons(rng, count=96):
    """Return inputs, and what a network drawn at random answers."""
    inputs = rng.normal(size=(count, 12))
    teacher = [2 * rng.normal(size=s) / s[1] ** 0.5 for s in shapes((12, 8, 6))]
    return inputs, answers(teacher, inputs)[-1]


def answers(layers, inputs):
    """Return the activations of all layers; hidden ones are hyperbolic tangents. No BLAS: sums have a fixed order."""
    found = [inputs]
    for layer, matrix in enumerate(layers):
        found.append(np.einsum("ni,oi->no", found[-1], matrix))
        if layer + 1 < len(layers):
            found[-1] = np.tanh(found[-1])
    return found


def descended(layers, inputs, targets, steps=300, rate=0.01):
    """Return the layers after so many steps of Adam on the squared error."""
    first, second = [[np.zeros_like(each) for each in layers] for _ in "mv"]
    layers = list(layers)
    for step in range(1, steps + 1):
        seen = answers(layers, inputs)
        error = 2 * (seen[-1] - targets) / len(inputs)
        for layer in reversed(range(len(layers))):
            slope = np.einsum("no,ni->oi", error, seen[layer])
            error = np.einsum("no,oi->ni", error, layers[layer]) * (1 - seen[layer] ** 2)
            first[layer] += 0.1 * (slope - first[layer])
            second[layer] += 0.01 * (slope**2 - second[layer])
            size = np.sqrt(second[layer] / (1 - 0.99**step)) + 1e-8
            layers[layer] = layers[layer] - rate * first[layer] / (1 - 0.9**step) / size
    return layers


def searched(drawn, rng, kicks=60):
    """Return the best matching of one search: layers by turns, one of them drawn anew between."""
    best = climbed(drawn, [rng.permutation(len(matrix)) for matrix in drawn.first[:-1]])
    for _ in range(kicks):
        kicked = list(best)
        layer = int(rng.integers(len(best)))
        kicked[layer] = rng.permutation(kicked[layer])
        kicked = climbed(drawn, kicked)
        if value(drawn, kicked) >= value(drawn, best):
            best = kicked
    return best


def climbed(drawn, order):
    """Return a matching that no change of a single layer makes better."""
    order, changed = list(order), True
    while changed:
        changed = False
        for layer, units in enumerate(order):
            gain = gains(drawn, order, layer)
            better = linear_sum_assignment(gain, maximize=True)[1]
            place = np.arange(len(units))
            if gain[place, better].sum() > gain[place, units].sum():
                order[layer], changed = better, True
    return order


def gains(drawn, order, layer):
    """Return what it is worth, for each unit of a layer, to have each of the second network's in its place."""
    into, out = drawn.second[layer], drawn.second[layer + 1]
    into = into[:, order[layer - 1]] if layer else into
    out = out[order[layer + 1]] if layer + 1 < len(order) else out
    return np.einsum("ai,bi->ab", drawn.first[layer], into) + np.einsum("oa,ob->ab", drawn.first[layer + 1], out)


FAMILIES = {
    "shaken": shaken((20, 40, 40, 40, 40, 10)),
    "deep": shaken((20, 30, 30, 30, 30, 30, 30, 10)),
    "trained": trained,
    "small": shaken((6, 5, 4, 3)),
}
