"""Step along a running mean of the gradients, scaled to a fixed length per entry."""

import numpy as np


def advance(gradient, memory, lr):
    memory["m"] = 0.8 * memory.get("m", 0.0) + 0.2 * gradient
    length = np.sqrt(np.mean(memory["m"] ** 2)) + 1e-12
    return lr * memory["m"] / length
