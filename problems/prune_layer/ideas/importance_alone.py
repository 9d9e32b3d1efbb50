"""A weight is worth what its outputs share with those of its row."""

import numpy as np


def importance(W, H):
    return np.abs(W * (W @ H))
