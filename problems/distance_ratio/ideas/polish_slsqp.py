"""Polish by SLSQP: the largest squared distance falls while all smallest squared distances stay at least 1."""

import numpy as np
import scipy.optimize


def polish(points):
    n, d = len(points), len(points[0])
    i, j = np.triu_indices(n, 1)
    k = np.arange(len(i))
    start = np.array(points, dtype=float)
    gaps = np.sqrt(((start[i] - start[j]) ** 2).sum(1))
    start = start / max(np.median(gaps) / 2, 1e-9)
    start = np.append(start.ravel(), ((start[i] - start[j]) ** 2).sum(1).max())

    def slack(v):
        p = v[:-1].reshape(n, d)
        square = ((p[i] - p[j]) ** 2).sum(1)
        return np.concatenate([square - 1, v[-1] - square])

    def slope(v):
        p = v[:-1].reshape(n, d)
        rows = np.zeros((len(i), n, d))
        rows[k, i] = 2 * (p[i] - p[j])
        rows[k, j] = -rows[k, i]
        rows = rows.reshape(len(i), n * d)
        zero, one = np.zeros((len(i), 1)), np.ones((len(i), 1))
        return np.block([[rows, zero], [-rows, one]])

    goal = np.append(np.zeros(n * d), 1.0)
    rule = {"type": "ineq", "fun": slack, "jac": slope}
    found = scipy.optimize.minimize(
        goal.dot, start, jac=lambda _: goal, constraints=rule, method="SLSQP", options={"maxiter": 60, "ftol": 1e-12}
    )
    trial = found.x[:-1].reshape(n, d).tolist()
    return trial if np.isfinite(found.x).all() and ratio(trial) < ratio(points) else points
