import numpy as np


def aggregate(table):
    return np.arange(len(table))
