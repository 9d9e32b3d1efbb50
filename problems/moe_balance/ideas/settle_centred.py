"""Only differences of biases count: keep their mean at 0, and none far away."""

import numpy as np


def settle(bias, t):
    return np.clip(bias - bias.mean(), -0.2, 0.2)
