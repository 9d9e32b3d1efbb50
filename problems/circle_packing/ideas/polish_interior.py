"""Polish centres and radii together by a primal-dual interior-point method: circles grow and push each other apart."""

import numpy as np


def polish(circles):
    n, q = len(circles), np.arange(len(circles))
    v = np.array(circles, dtype=float).T.ravel()
    x, y, r = v[:n], v[n : 2 * n], v[2 * n :]
    r[:] = 0.5 / np.sqrt(n)
    i, j = np.triu_indices(n, 1)
    m, k = len(i), np.arange(len(i))
    slope, cost = np.zeros((m + 5 * n, 3 * n)), np.repeat([0.0, 0.0, 1.0], n)
    slope[k, 2 * n + i] = slope[k, 2 * n + j] = -1
    for side, (axis, sign) in enumerate([(0, 1), (0, -1), (n, 1), (n, -1)]):
        slope[m + side * n + q, axis + q], slope[m + side * n + q, 2 * n + q] = sign, -1
    slope[m + 4 * n + q, 2 * n + q] = 1
    room = force = None
    for _ in range(40):
        dx, dy = x[i] - x[j], y[i] - y[j]
        gap = np.sqrt(dx * dx + dy * dy) + 1e-12
        slack = np.concatenate([gap - r[i] - r[j], x - r, 1 - x - r, y - r, 1 - y - r, r])
        room = np.maximum(slack, 0.05 if room is None else room)
        force = 0.01 / room if force is None else force
        if room @ force < 1e-6:
            break
        slope[k, i], slope[k, n + i] = dx / gap, dy / gap
        slope[k, j], slope[k, n + j] = -slope[k, i], -slope[k, n + i]
        goal, stiff = 0.3 * (room @ force) / len(room) / room, force / room
        used = stiff > 0.01 * stiff.mean()
        curve = (slope[used].T * stiff[used]) @ slope[used] + (1e-6 + 1e-9 * stiff.max()) * np.eye(3 * n)
        step = np.linalg.solve(curve, cost + (goal - stiff * (slack - room)) @ slope)
        more = slope @ step + slack - room
        push = goal - force - stiff * more
        pace = 0.9 / max(0.9, (-more / room).max(), 9 * np.abs(step).max())
        v += pace * step
        room = room + pace * more
        force = force + 0.9 / max(0.9, (-push / force).max()) * push
    trial = measured([(float(a), float(b)) for a, b in np.clip(v[: 2 * n], 0, 1).reshape(2, n).T])
    return trial if total(trial) > total(circles) else circles
