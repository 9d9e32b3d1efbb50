import numpy as np


def solve(d, budget, seed):
    yield {"ask": np.zeros((1, d), dtype=int)}
