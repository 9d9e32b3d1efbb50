"""The last solutions besides."""

import numpy as np


def space(n):
    return np.hstack([inner_space(n), np.array(WORLD["solutions"][-2:]).T])
