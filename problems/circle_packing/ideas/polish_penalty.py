"""Polish by minimising overlaps as a penalty with L-BFGS, harder from round to round, then measure the radii again."""

import numpy as np
import scipy.optimize


def polish(circles):
    n = len(circles)
    v = np.array(circles, dtype=float).T.ravel()
    i, j = np.triu_indices(n, 1)

    def energy(v, weight):
        x, y, r = v[:n], v[n : 2 * n], v[2 * n :]
        dx, dy = x[i] - x[j], y[i] - y[j]
        gap = np.sqrt(dx * dx + dy * dy) + 1e-12
        over = np.maximum(r[i] + r[j] - gap, 0.0)
        out = [np.maximum(side, 0.0) for side in (r - x, x + r - 1, r - y, y + r - 1)]
        pull_x, pull_y = over * dx / gap, over * dy / gap
        gx = np.bincount(j, pull_x, n) - np.bincount(i, pull_x, n) - out[0] + out[1]
        gy = np.bincount(j, pull_y, n) - np.bincount(i, pull_y, n) - out[2] + out[3]
        gr = np.bincount(i, over, n) + np.bincount(j, over, n) + sum(out)
        value = weight * ((over**2).sum() + sum((side**2).sum() for side in out)) - r.sum()
        return value, np.concatenate([2 * weight * gx, 2 * weight * gy, 2 * weight * gr - 1])

    bounds = [(0.0, 1.0)] * (2 * n) + [(0.0, 0.5)] * n
    for weight in (20, 200, 2000):
        v = scipy.optimize.minimize(energy, v, weight, "L-BFGS-B", True, bounds=bounds, options={"maxiter": 40}).x
    trial = measured([(float(x), float(y)) for x, y in v[: 2 * n].reshape(2, n).T])
    return trial if total(trial) > total(circles) else circles
