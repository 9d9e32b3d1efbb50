import numpy as np


def absorb(state, block, most):
    return np.zeros(4)


def answer(state, d):
    return [1.0, 0.0, 0.0, 0.0]
