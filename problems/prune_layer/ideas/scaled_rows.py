"""Scale each row so that it carries what it did."""

import numpy as np


def scaled(V, W, H):
    shared, own = (V @ H * W).sum(axis=1), (V @ H * V).sum(axis=1)
    return V * (shared / np.where(own > 0, own, 1.0))[:, None]
