"""Hidden costs and open marginals of five kinds: drawn from text and, for hold-outs, a run's secret."""

import numpy as np

from evo.judging import draw_seed

NOISE = 0.1
"""Every cost is off by up to this share, each by its own: otherwise a few rows and columns would tell all others."""


def transport(family, draw, n, params):
    """Return the (n, n) costs, the largest 1, and the two marginals, (n,) each, above 0 and with sum 1."""
    rng = np.random.default_rng(draw_seed(f"transport, {family}/{n}/{draw}", params))
    costs, a, b = FAMILIES[family](n, rng)
    costs = costs * (1 + NOISE * rng.uniform(-1, 1, costs.shape))
    return costs / costs.max(), a / a.sum(), b / b.sum()


def square(n, rng):
    """Squared distances in the unit square, marginals from a Dirichlet distribution."""
    x, y = rng.random((n, 2)), rng.random((n, 2))
    return ((x[:, None] - y) ** 2).sum(axis=2), weights(n, rng), weights(n, rng)


def gaussians(n, rng):
    """Distances of two clouds of Gaussian points in space, one of them moved; all points weigh the same."""
    x, y = rng.normal(size=(n, 3)), rng.normal(size=(n, 3)) + rng.normal(0, 1, 3)
    return np.sqrt(((x[:, None] - y) ** 2).sum(axis=2)), np.ones(n), np.ones(n)


def random(n, rng):
    """Costs that have nothing to do with one another."""
    return rng.random((n, n)), weights(n, rng), weights(n, rng)


def histograms(n, rng):
    """Distances on a line between two histograms with a few peaks."""
    places = np.arange(n) / n
    return np.abs(places[:, None] - places), peaks(places, rng), peaks(places, rng)


def images(n, rng):
    """Squared distances of the pixels of two blurred pictures."""
    side = int(np.ceil(n**0.5))
    pixels = np.array([(x / side, y / side) for x in range(side) for y in range(side)])[:n]
    marginals = []
    for _ in range(2):
        centres = rng.random((4, 2))
        near = ((pixels[:, None] - centres) ** 2).sum(axis=2)
        marginals.append(np.exp(-near / rng.uniform(0.01, 0.05, 4)).sum(axis=1) + 0.02)
    return ((pixels[:, None] - pixels) ** 2).sum(axis=2), *marginals


def weights(n, rng):
    """Return weights of which none is tiny."""
    return rng.dirichlet(np.ones(n)) + 0.01 / n


def peaks(places, rng):
    """Return a mixture of three bumps over a floor."""
    centres, widths = rng.random(3), rng.uniform(0.02, 0.1, 3)
    return np.exp(-(((places[:, None] - centres) / widths) ** 2)).sum(axis=1) + 0.02


FAMILIES = {"square": square, "gaussians": gaussians, "random": random, "histograms": histograms, "images": images}
