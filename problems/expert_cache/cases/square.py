import numpy as np


def init(*anything):
    pass


def rank(layer, t, used, gate):
    return np.zeros((8, len(gate) // 8))
