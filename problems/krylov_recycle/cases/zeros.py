import numpy as np


def solve(features, rights, most, tolerance):
    yield {"best": np.zeros_like(rights)}
    return np.zeros_like(rights)
