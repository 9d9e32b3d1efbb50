"""Take the relaxation from the rate at which the steps shrink, as for a linear iteration."""

import numpy as np


def step(old, new, memory):
    size, sweep = float(np.abs(new - old).max()), memory.get("sweep", 0)
    if sweep % 10 == 9 and 0 < size < memory["size"]:
        rate = (size / memory["size"]) ** 0.1
        memory["omega"] = min(1.9, 2 / (1 + (1 - min(0.99, rate)) ** 0.5))
    if sweep % 10 in (0, 9):
        memory["size"] = size
    memory["sweep"] = sweep + 1
    return old + memory.get("omega", 1.0) * (new - old)
