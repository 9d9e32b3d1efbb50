import numpy as np


def solve(a, b, eps, budget, tolerance):
    n = len(a)
    for j in range(n // 2):
        f, g = np.full(n, -20 * eps), np.full(n, -20 * eps)
        f[j] = g[n // 2 + j] = 20 * eps
        yield {"ask": {"marginals": [f, g]}}
    return [a, b]
