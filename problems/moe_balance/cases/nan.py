import numpy as np


def init(experts, active, seed):
    pass


def update(bias, load, mean, t):
    return bias * np.nan
