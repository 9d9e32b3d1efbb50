"""Polish by pushing the closest pair apart and pulling the most distant pair together, with shrinking steps."""

import numpy as np


def polish(points):
    p = np.array(points, dtype=float)
    i, j = np.triu_indices(len(p), 1)
    best, step = points, 0.1
    for _ in range(200):
        delta = p[i] - p[j]
        gap = np.sqrt((delta**2).sum(1)) + 1e-12
        near, far = gap.argmin(), gap.argmax()
        p[i[near]] += step * delta[near] / 2
        p[j[near]] -= step * delta[near] / 2
        p[i[far]] -= step * delta[far] / 2
        p[j[far]] += step * delta[far] / 2
        step *= 0.98
        if ratio(p.tolist()) < ratio(best):
            best = p.tolist()
    return best
