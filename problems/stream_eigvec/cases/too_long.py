import numpy as np


def absorb(state, block, most):
    return np.zeros(most + 1, dtype="u1")


def answer(state, d):
    return [1.0, 0.0, 0.0, 0.0]
