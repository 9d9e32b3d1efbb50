import numpy as np


def solve(n, k, budget, seed):
    yield {"ask": {"pairs": np.array([[0, -1]])}}
    return list(range(k))
