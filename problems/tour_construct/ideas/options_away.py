"""Look at two cities that are near, and far from the beginning."""

import numpy as np


def options(here, first, left, far):
    return left[np.argsort(far[here, left] - 0.2 * far[first, left], kind="stable")[:2]]
