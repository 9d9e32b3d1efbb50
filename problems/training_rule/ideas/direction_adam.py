"""Divide a running mean of gradients by the root of a running mean of their squares."""

import numpy as np


def direction(grad, t):
    first = WORLD["first"] = 0.9 * WORLD.get("first", 0 * grad) + 0.1 * grad
    second = WORLD["second"] = 0.999 * WORLD.get("second", 0 * grad) + 0.001 * grad * grad
    return first / (1 - 0.9 ** (t + 1)) / (np.sqrt(second / (1 - 0.999 ** (t + 1))) + 1e-8)
