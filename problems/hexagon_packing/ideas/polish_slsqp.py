"""Polish by SLSQP: the outer side shrinks while each pair stays apart along the line that parts it best."""

import numpy as np
import scipy.optimize

TURNS = np.radians(60 * np.arange(6) + 30)


def reach(direction, angle):
    return np.cos((direction - angle + np.pi / 6) % (np.pi / 3) - np.pi / 6)


def along(p, i, j, direction):
    away = (p[j, 0] - p[i, 0]) * np.cos(direction) + (p[j, 1] - p[i, 1]) * np.sin(direction)
    return away - reach(direction, p[i, 2]) - reach(direction, p[j, 2])


def polish(rows):
    n, best = len(rows), rows
    i, j = np.triu_indices(n, 1)
    for _ in range(3):
        p, (x, y, angle) = np.array(best, dtype=float) * [1, 1, np.pi / 180], enclose(best)
        start = np.append(p.ravel(), [x, y, np.radians(angle), needed(best, x, y, angle)])
        chosen = np.array([along(p, i, j, p[owner, 2] + turn) for owner in (i, j) for turn in TURNS]).argmax(0)
        owner, turn = np.where(chosen < 6, i, j), TURNS[chosen % 6]

        def slack(v, owner, turn):
            p, (x, y, angle, size) = v[:-4].reshape(n, 3), v[-4:]
            outer = (angle + TURNS)[:, None]
            out = (p[:, 0] - x) * np.cos(outer) + (p[:, 1] - y) * np.sin(outer) + reach(outer, p[:, 2])
            return np.append(along(p, i, j, p[owner, 2] + turn), size * np.sqrt(0.75) - out)

        rule = {"type": "ineq", "fun": slack, "args": (owner, turn)}
        found = scipy.optimize.minimize(lambda v: v[-1], start, method="SLSQP", constraints=rule)
        trial = spread((found.x[:-4].reshape(n, 3) * [1, 1, 180 / np.pi]).tolist())
        if not side(trial) < side(best) - 1e-9:
            break
        best = trial
    return best
