"""Some nodes change places in a ring."""

import numpy as np


def disturb(order, nodes, rng):
    some = rng.choice(len(order), 4, replace=False)
    order[some] = order[np.roll(some, 1)]
    return order
