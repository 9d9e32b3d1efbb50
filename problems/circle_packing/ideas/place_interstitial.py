"""Start from a full square grid and put the circles that are left into the holes between four neighbours."""

import math


def place(n, rng):
    k = max(1, math.isqrt(n))
    centers = [((i + 0.5) / k, (j + 0.5) / k) for j in range(k) for i in range(k)]
    holes = [((i + 1) / k, (j + 1) / k) for j in range(k - 1) for i in range(k - 1)]
    holes.sort(key=lambda hole: math.dist(hole, (0.5, 0.5)))
    centers += holes[: n - k * k]
    while len(centers) < n:
        centers.append((rng.random(), rng.random()))
    return centers
