"""Polish centres and radii together by SLSQP with exact derivatives of all constraints."""

import numpy as np
import scipy.optimize


def polish(circles):
    n = len(circles)
    start = np.array(circles, dtype=float).T.ravel()
    i, j = np.triu_indices(n, 1)
    near = np.hypot(start[i] - start[j], start[n + i] - start[n + j]) < 2 / np.sqrt(n)
    i, j = i[near], j[near]
    k, eye, zero = np.arange(len(i)), np.eye(n), np.zeros((n, n))
    walls = np.block([[eye, zero, -eye], [-eye, zero, -eye], [zero, eye, -eye], [zero, -eye, -eye]])
    offset = np.repeat([0.0, 1.0, 0.0, 1.0], n)
    weights = np.concatenate([np.zeros(2 * n), -np.ones(n)])
    bounds = [(max(v - 0.1, 0.0), min(v + 0.1, 1.0)) for v in start[: 2 * n]] + [(0.0, 0.5)] * n

    def slack(v):
        gap = np.hypot(v[i] - v[j], v[n + i] - v[n + j])
        return np.concatenate([gap - v[2 * n + i] - v[2 * n + j], walls @ v + offset])

    def slope(v):
        dx, dy = v[i] - v[j], v[n + i] - v[n + j]
        gap, pairs = np.hypot(dx, dy) + 1e-12, np.zeros((len(i), 3 * n))
        pairs[k, i], pairs[k, j] = dx / gap, -dx / gap
        pairs[k, n + i], pairs[k, n + j] = dy / gap, -dy / gap
        pairs[k, 2 * n + i] = pairs[k, 2 * n + j] = -1.0
        return np.vstack([pairs, walls])

    rule, options = {"type": "ineq", "fun": slack, "jac": slope}, {"maxiter": 15}
    found = scipy.optimize.minimize(
        weights.dot, start, jac=lambda _: weights, bounds=bounds, constraints=rule, method="SLSQP", options=options
    )
    trial = measured([(float(x), float(y)) for x, y in found.x[: 2 * n].reshape(2, n).T])
    return trial if total(trial) > total(circles) else circles
