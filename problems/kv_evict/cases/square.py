import numpy as np


def init(slots, tokens, seed):
    pass


def rank(t, keys, weights):
    return np.zeros((len(keys), 2))
