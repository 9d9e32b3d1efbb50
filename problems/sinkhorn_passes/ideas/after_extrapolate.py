"""Every twelfth sweep, jump along the last change as far as its shrinking promises."""

import numpy as np


def after(f, g, eps, sweep, memory):
    f, g = yield from inner_after(f, g, eps, sweep, memory)
    change = g - memory.get("before", g)
    size, memory["before"] = float(np.abs(change).max()), g
    last, memory["changed"] = memory.get("changed", 0.0), size
    if sweep % 12 == 11 and 0 < size < last:
        rate = min(0.95, size / last)
        memory.pop("before")
        return f, g + rate / (1 - rate) * change
    return f, g
