"""Go as far as the root of what is missing."""

import numpy as np


def direction(gap, t):
    return np.sign(gap) * np.sqrt(np.abs(gap))
