import numpy as np


def absorb(state, block, most):
    return np.zeros(0, dtype="u1")


def answer(state, d):
    return np.full(d, np.nan)
