"""Polish by SLSQP: the common lower bound of the smallest triangles over the hull rises, orientations kept."""

import numpy as np
import scipy.optimize
import scipy.spatial


def cross(p, a, b, c):
    return (p[b, 0] - p[a, 0]) * (p[c, 1] - p[a, 1]) - (p[b, 1] - p[a, 1]) * (p[c, 0] - p[a, 0])


def polish(points):
    best, n = inside(points), len(points)
    p = np.array(best)
    outer = scipy.spatial.ConvexHull(p).vertices
    after, before = np.roll(outer, -1), np.roll(outer, 1)
    area = cross(p, *np.array(list(itertools.combinations(range(n), 3))).T)
    near = np.argsort(np.abs(area))[: 8 * n]
    a, b, c = np.array(list(itertools.combinations(range(n), 3)))[near].T
    sign = np.sign(area[near])

    def whole(p):
        return (p[outer, 0] * p[after, 1] - p[outer, 1] * p[after, 0]).sum()

    def slack(v):
        p = v[:-1].reshape(n, 2)
        return sign * cross(p, a, b, c) - v[-1] * whole(p)

    def slope(v):
        p, rows, m, grow = v[:-1].reshape(n, 2), np.zeros((len(a), n, 2)), np.arange(len(a)), np.zeros((n, 2))
        for u, x, y in ((a, b, c), (b, c, a), (c, a, b)):
            rows[m, u, 0], rows[m, u, 1] = sign * (p[x, 1] - p[y, 1]), sign * (p[y, 0] - p[x, 0])
        grow[outer] = np.stack([p[after, 1] - p[before, 1], p[before, 0] - p[after, 0]], 1)
        return np.hstack([rows.reshape(len(a), -1) - v[-1] * grow.ravel(), np.full((len(a), 1), -whole(p))])

    start, goal, rule = np.append(p.ravel(), smallest(best)), np.eye(2 * n + 1)[-1], {"fun": slack, "jac": slope}
    method = {"method": "SLSQP", "bounds": [(0.0, 1.0)] * (2 * n + 1), "constraints": {"type": "ineq", **rule}}
    found = scipy.optimize.minimize(lambda v: -v[-1], start, jac=lambda _: -goal, options={"maxiter": 60}, **method)
    trial = inside(found.x[:-1].reshape(n, 2).tolist()) if np.isfinite(found.x).all() else best
    return trial if smallest(trial) > smallest(best) else best
