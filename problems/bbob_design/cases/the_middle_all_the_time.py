import numpy as np


def solve(d, budget, seed):
    while True:
        yield {"ask": np.zeros((7, d))}
