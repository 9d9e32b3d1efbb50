import numpy as np


def solve(d, budget, seed):
    yield {"ask": np.zeros(d)}
