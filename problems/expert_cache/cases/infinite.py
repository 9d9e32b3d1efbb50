import numpy as np


def init(*anything):
    pass


def rank(layer, t, used, gate):
    numbers = np.zeros(len(gate))
    numbers[0] = -np.inf
    return numbers
