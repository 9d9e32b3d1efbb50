import numpy as np


def solve(features, rights, most, tolerance):
    yield {"ask": {"mv": [0, np.full(len(rights[0]), np.nan)]}}
    return rights
