"""A step that is larger than the one before is halved."""

import numpy as np


def damped(old, here, memory):
    size, last = float(np.abs(here - old).max()), memory.get("largest", 0.0)
    memory["largest"] = size
    return (old + here) / 2 if size > last > 0 else here
