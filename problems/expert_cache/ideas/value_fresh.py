"""Nobody is sent away who was used a moment ago."""

import numpy as np


def value(state, t):
    worth = np.array(inner_value(state, t), dtype=float)
    return worth + (np.ptp(worth) + 1.0) * (state["last"] >= t - 1)
