import numpy as np


def solve(d, budget, seed):
    yield {"ask": np.full((3, d), np.nan)}
