"""Polish by sequential linear programming: linearise all distances, solve for steps and radii, repeat."""

import numpy as np
import scipy.optimize


def linear_step(points, trust):
    n = len(points)
    i, j = np.triu_indices(n, 1)
    delta = points[i] - points[j]
    gap = np.hypot(delta[:, 0], delta[:, 1]) + 1e-12
    near = gap < 1.1 / np.sqrt(n) + 3 * trust
    i, j, gap, unit = i[near], j[near], gap[near], (delta / gap[:, None])[near]
    pairs, k, eye, zero = np.zeros((len(i), 3 * n)), np.arange(len(i)), np.eye(n), np.zeros((n, n))
    pairs[k, i], pairs[k, j] = -unit[:, 0], unit[:, 0]
    pairs[k, n + i], pairs[k, n + j] = -unit[:, 1], unit[:, 1]
    pairs[k, 2 * n + i] = pairs[k, 2 * n + j] = 1.0
    walls = np.block([[-eye, zero, eye], [eye, zero, eye], [zero, -eye, eye], [zero, eye, eye]])
    limits = np.concatenate([gap, points[:, 0], 1 - points[:, 0], points[:, 1], 1 - points[:, 1]])
    bounds = [(-trust, trust)] * (2 * n) + [(0.0, 0.5)] * n
    cost = np.concatenate([np.zeros(2 * n), -np.ones(n)])
    return scipy.optimize.linprog(cost, A_ub=np.vstack([pairs, walls]), b_ub=limits, bounds=bounds, method="highs")


def polish(circles):
    n, best = len(circles), 0.0
    points = np.array([(x, y) for x, y, _ in circles])
    for _ in range(12):
        found = linear_step(points, 0.06)
        if found.status != 0 or -found.fun < best + 1e-6:
            break
        best = -found.fun
        points = np.clip(points + found.x[: 2 * n].reshape(2, n).T, 0.0, 1.0)
    trial = measured([(float(x), float(y)) for x, y in points])
    return trial if total(trial) > total(circles) else circles
