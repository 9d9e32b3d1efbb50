"""Circle packing as arrays of numbers: what a numeric optimiser moves, what it is told, and what its result means.

An evaluation is one row of a batch. What is scored here is a guide; the figure that counts is the judge's.
"""

import numpy as np
from scipy.optimize import linprog

PENALTY = 2.0
"""Price of a unit of overlap; above 1, so that growing into a neighbour never pays."""
SHRINK = 1 - 1e-12
"""Takes back what a linear programme's tolerance may have given too much."""


def score(batch, params):
    """Return the sum of radii less the price of every overlap and of everything outside the square.

    Args:
        batch: {"centres": (N, n, 2) array, "radii": (N, n) array}, within the bounds of problem.yaml.
        params: the problem's parameters.

    Returns:
        (N,) array; more is better.
    """
    x, y = np.moveaxis(batch["centres"], -1, 0)
    r = batch["radii"]
    first, second = np.triu_indices(params["n"], 1)
    distance = np.hypot(x[:, first] - x[:, second], y[:, first] - y[:, second])
    overlap = np.maximum(r[:, first] + r[:, second] - distance, 0).sum(axis=1)
    outside = sum(np.maximum(r - gap, 0).sum(axis=1) for gap in (x, 1 - x, y, 1 - y))
    return r.sum(axis=1) - PENALTY * (overlap + outside)


def output(arrays, params):
    """Return the packing on these centres with the largest sum of radii, as `pack` would."""
    x, y = arrays["centres"].T
    n = params["n"]
    first, second = np.triu_indices(n, 1)
    rows = np.zeros((len(first), n))
    rows[np.arange(len(first)), first] = rows[np.arange(len(first)), second] = 1
    walls = np.minimum.reduce([x, 1 - x, y, 1 - y])
    distance = np.hypot(x[first] - x[second], y[first] - y[second])
    found = linprog(-np.ones(n), A_ub=rows, b_ub=distance, bounds=[(0, wall) for wall in walls], method="highs")
    # The optimum lies on its constraints, give or take the solver's tolerance of 1e-7: shrink until all of them hold.
    radii = np.clip(found.x, 0, walls)
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(radii[first] + radii[second] > 0, distance / (radii[first] + radii[second]), np.inf)
    radii *= min(1.0, float(room.min())) * SHRINK
    return [[float(a), float(b), float(c)] for a, b, c in zip(x, y, radii, strict=True)]
