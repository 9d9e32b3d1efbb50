"""Find the best radii for fixed centres by linear programming."""

import math

import numpy as np
import scipy.optimize


def radii(centers):
    n = len(centers)
    walls = [min(x, y, 1 - x, 1 - y) for x, y in centers]
    reach = [
        min([wall, *(math.dist(a, b) for b in centers if b is not a)]) for a, wall in zip(centers, walls, strict=True)
    ]
    rows, limits = [], []
    for i in range(n):
        for j in range(i):
            gap = math.dist(centers[i], centers[j])
            if gap < reach[i] + reach[j]:
                row = np.zeros(n)
                row[i] = row[j] = 1.0
                rows.append(row)
                limits.append(gap)
    if not rows:
        return walls
    bounds = [(0.0, max(size, 0.0)) for size in reach]
    found = scipy.optimize.linprog(-np.ones(n), A_ub=np.array(rows), b_ub=limits, bounds=bounds, method="highs")
    return [float(r) for r in found.x] if found.status == 0 else [0.0] * n
