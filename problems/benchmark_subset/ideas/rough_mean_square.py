"""Swaps are compared by the mean square over all boxes, which has a closed form."""

import numpy as np


def rough(points, chosen):
    some, count = points[chosen], len(chosen)
    single = np.prod((1 - some**2) / 2, axis=1).sum()
    pairs = np.prod(1 - np.maximum(some[:, None], some), axis=2).sum()
    return float(3.0**-3 - 2 / count * single + pairs / count**2)
