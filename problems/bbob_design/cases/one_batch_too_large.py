import numpy as np


def solve(d, budget, seed):
    yield {"ask": np.concatenate([np.zeros((budget, d)), np.full((budget, d), 1.0)])}
