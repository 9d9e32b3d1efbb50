"""Where the step is larger than the one before, go only as far as was bought."""

import numpy as np


def step(old, new, memory):
    size, last = float(np.abs(new - old).max()), memory.get("largest", 0.0)
    memory["largest"] = size
    return new if size > last else inner_step(old, new, memory)
