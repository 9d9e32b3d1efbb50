import numpy as np


def aggregate(table):
    return np.linspace(0, 1, len(table))
