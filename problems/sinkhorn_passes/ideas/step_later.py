"""Plain sweeps first, and relaxed ones once the steps have become small."""

import numpy as np


def step(old, new, memory):
    return new if np.abs(new - old).max() > 0.01 else old + 1.6 * (new - old)
