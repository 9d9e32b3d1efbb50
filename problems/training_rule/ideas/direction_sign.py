"""Only the sign of a running mean of gradients."""

import numpy as np


def direction(grad, t):
    WORLD["first"] = 0.9 * WORLD.get("first", 0 * grad) + 0.1 * grad
    return np.sign(WORLD["first"])
