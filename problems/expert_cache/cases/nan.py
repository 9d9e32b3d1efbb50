import numpy as np


def init(*anything):
    pass


def rank(layer, t, used, gate):
    return np.full(len(gate), np.nan)
