"""How far an expert is below its share is a ratio: take its logarithm."""

import numpy as np


def surplus(load, mean, t):
    return -np.log(load + 0.5)
