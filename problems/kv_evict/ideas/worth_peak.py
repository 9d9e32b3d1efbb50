"""Add what a key got at best, since what was needed once may be needed again."""

import numpy as np


def worth(t, keys, weights):
    peak = STATE.setdefault("peak", np.zeros(len(STATE["sum"])))
    peak[keys] = np.maximum(peak[keys] * 0.995, weights)
    return inner_worth(t, keys, weights) + 0.05 * peak[keys]
