import numpy as np


def sample(x0, calls, notes, seed):
    yield {"ask": {"v": [np.concatenate([x0, x0]), 0.0]}}
    return x0


def calibrate(x0, calls):
    yield {"best": []}
    return []
