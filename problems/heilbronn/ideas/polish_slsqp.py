"""Polish by SLSQP: the common lower bound of the smallest triangles rises, each keeping its orientation."""

import numpy as np
import scipy.optimize


def polish(points):
    best, n = inside(points), len(points)
    i, j, k = np.array(list(itertools.combinations(range(n), 3))).T

    def twice(p, a, b, c):
        return (p[b, 0] - p[a, 0]) * (p[c, 1] - p[a, 1]) - (p[b, 1] - p[a, 1]) * (p[c, 0] - p[a, 0])

    def slack(v, sign, a, b, c):
        return sign * twice(v[:-1].reshape(n, 2), a, b, c) - v[-1]

    def slope(v, sign, a, b, c):
        p, rows, m = v[:-1].reshape(n, 2), np.zeros((len(a), n, 2)), np.arange(len(a))
        for u, x, y in ((a, b, c), (b, c, a), (c, a, b)):
            rows[m, u, 0], rows[m, u, 1] = sign * (p[x, 1] - p[y, 1]), sign * (p[y, 0] - p[x, 0])
        return np.hstack([rows.reshape(len(a), 2 * n), -np.ones((len(a), 1))])

    goal = np.append(np.zeros(2 * n), -1.0)
    for _ in range(3):
        p = np.array(best)
        area = twice(p, i, j, k)
        near = np.argsort(np.abs(area))[: 6 * n]
        args = (np.sign(area[near]), i[near], j[near], k[near])
        bounds = [(max(v - 0.15, 0.0), min(v + 0.15, 1.0)) for v in p.ravel()] + [(0.0, 1.0)]
        found = scipy.optimize.minimize(
            goal.dot, np.append(p.ravel(), np.abs(area).min()), jac=lambda _: goal, method="SLSQP", bounds=bounds,
            constraints={"type": "ineq", "fun": slack, "jac": slope, "args": args}, options={"maxiter": 30},
        )  # fmt: skip
        trial = inside(found.x[:-1].reshape(n, 2).tolist()) if np.isfinite(found.x).all() else best
        if smallest(trial) < smallest(best) + 1e-9:
            break
        best = trial
    return best
