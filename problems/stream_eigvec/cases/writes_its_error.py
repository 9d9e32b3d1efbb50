import numpy as np


def absorb(state, block, most):
    return np.zeros(0, dtype="u1")


def answer(state, d):
    return {"error": 0.0}
