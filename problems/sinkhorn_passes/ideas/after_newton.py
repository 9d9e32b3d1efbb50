"""After thirty sweeps, half of a Newton step from a few large entries, after every third sweep."""

import numpy as np


def after(f, g, eps, sweep, memory):
    f, g = yield from inner_after(f, g, eps, sweep, memory)
    if sweep >= 30 and sweep % 3 == 0:
        steps = np.asarray((yield {"ask": {"newton": [f, g, 8, 10, 0.1]}}))
        return f + steps[0] / 2, g + steps[1] / 2
    return f, g
