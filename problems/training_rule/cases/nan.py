import numpy as np


def init(shapes, steps, seed):
    pass


def step(params, grad, t):
    return params * np.nan


def weights(params, t):
    return params
