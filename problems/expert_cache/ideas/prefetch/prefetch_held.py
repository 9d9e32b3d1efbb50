"""Load ahead whoever is worth most and is seldom missing for long."""

import numpy as np


def prefetch(layer, t, most):
    state = LAYERS[layer]
    worth = np.array(value(state, t), dtype=float)
    return [int(each) for each in np.argsort(-worth)[: min(most, 1)]]
