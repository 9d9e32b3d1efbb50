"""No expert counts as further away than a share."""

import numpy as np


def surplus(load, mean, t):
    return np.clip(1.0 - load, -1.0, 1.0)
