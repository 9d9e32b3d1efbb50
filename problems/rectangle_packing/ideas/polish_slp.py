"""Polish by sequential linear programming: centres, radii and the sides of the rectangle move together."""

import numpy as np
import scipy.optimize


def linear_step(p, trust):
    n, size = len(p), 3 * len(p) + 4
    i, j = np.triu_indices(n, 1)
    delta = p[i] - p[j]
    gap, k, one = np.hypot(*delta.T) + 1e-12, np.arange(len(i)), np.arange(n)
    pairs = np.zeros((len(i), size))
    blocks, limits = [pairs], [gap]
    pairs[k, 2 * n + i] = pairs[k, 2 * n + j] = 1.0
    for axis in (0, 1):
        pairs[k, axis * n + i], pairs[k, axis * n + j] = -delta[:, axis] / gap, delta[:, axis] / gap
        for side, sign in ((0, -1), (1, 1)):
            wall = np.zeros((n, size))
            wall[one, axis * n + one], wall[one, 2 * n + one] = sign, 1.0
            wall[:, 3 * n + 2 * axis + side] = -sign
            blocks.append(wall)
            limits.append(-sign * p[:, axis])
    around = np.append(np.zeros(3 * n), [-1.0, 1.0, -1.0, 1.0])
    goal = -np.repeat([0.0, 1.0, 0.0], [2 * n, n, 4])
    bounds = [(-trust, trust)] * (2 * n) + [(0.0, 1.0)] * n + [(-3.0, 3.0)] * 4
    limits = np.append(np.concatenate(limits), 2.0)
    return scipy.optimize.linprog(goal, np.vstack([*blocks, around]), limits, bounds=bounds)


def polish(circles):
    best, n = [tuple(circle) for circle in finish(circles)], len(circles)
    for trust in (0.1, 0.1, 0.06, 0.06, 0.04, 0.04, 0.02, 0.02, 0.01, 0.01):
        p = np.array(best)[:, :2]
        found = linear_step(p, trust)
        if found.status == 0:
            p = p + found.x[: 2 * n].reshape(2, n).T
            trial = [(*c, r) for c, r in zip(p.tolist(), found.x[2 * n : 3 * n].tolist(), strict=True)]
            best = trial if total(trial) > total(best) else best
    return best
