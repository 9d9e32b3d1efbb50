"""Every twelfth sweep, jump along the last change as far as its shrinking promises."""

import numpy as np


def jump(g, sweep, memory):
    change = g - memory.get("before", g)
    size, memory["before"] = float(np.abs(change).max()), g
    last, memory["changed"] = memory.get("changed", 0.0), size
    if sweep % 12 == 11 and 0 < size < last:
        rate = min(0.95, size / last)
        memory.pop("before")
        return g + rate / (1 - rate) * change
    return g
