"""Solve what touches as equations to the last digits, then clip every radius to the walls and its neighbours."""

import math

import numpy as np


def clip(circles):
    kept = []
    for circle in circles:
        x, y = (min(max(float(value), 0.0), 1.0) for value in circle[:2])
        size = min(float(circle[2]), x, y, 1 - x, 1 - y)
        for a, b, s in kept:
            size = min(size, math.dist((x, y), (a, b)) - s)
        kept.append([x, y, max(size, 0.0)])
    return [[x, y, r * (1 - 1e-15)] for x, y, r in kept]


def finish(circles):
    n = len(circles)
    v, (i, j) = np.array(circles, dtype=float).T.ravel(), np.triu_indices(n, 1)
    q, eye, zero = np.arange(len(i)), np.eye(n), np.zeros((n, n))
    walls = np.block([[eye, zero, -eye], [-eye, zero, -eye], [zero, eye, -eye], [zero, -eye, -eye]])
    edges, touch = np.repeat([0.0, 1.0, 0.0, 1.0], n), None
    for _ in range(6):
        dx, dy = v[i] - v[j], v[n + i] - v[n + j]
        gap, pairs = np.hypot(dx, dy) + 1e-300, np.zeros((len(i), 3 * n))
        pairs[q, i], pairs[q, n + i] = dx / gap, dy / gap
        pairs[q, j], pairs[q, n + j] = -dx / gap, -dy / gap
        pairs[q, 2 * n + i] = pairs[q, 2 * n + j] = -1
        slack = np.concatenate([gap - v[2 * n + i] - v[2 * n + j], walls @ v + edges])
        touch = slack < 1e-5 if touch is None else touch
        v = v + np.linalg.lstsq(np.vstack([pairs, walls])[touch], -slack[touch], rcond=1e-9)[0]
    solved, given = clip(v.reshape(3, n).T), clip(circles)
    return max(solved, given, key=lambda each: sum(r for _, _, r in each))
