"""Adam with a shorter memory for the squares, which suits few generations."""

import numpy as np


def advance(gradient, memory, lr):
    memory["t"] = memory.get("t", 0) + 1
    memory["m"] = 0.9 * memory.get("m", 0.0) + 0.1 * gradient
    memory["v"] = 0.9 * memory.get("v", 0.0) + 0.1 * gradient**2
    first = memory["m"] / (1 - 0.9 ** memory["t"])
    second = memory["v"] / (1 - 0.9 ** memory["t"])
    return lr * first / (np.sqrt(second) + 1e-8)
