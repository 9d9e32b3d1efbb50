import numpy as np


def absorb(state, block, most):
    return np.zeros(0, dtype="u1")


def answer(state, d):
    return [-1e300, 0, 0, 0]
