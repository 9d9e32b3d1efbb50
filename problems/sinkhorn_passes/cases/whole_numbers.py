import numpy as np


def solve(a, b, eps, budget, tolerance):
    yield {"ask": {"col": np.zeros(len(a), dtype=np.int64)}}
    return [a, b]
