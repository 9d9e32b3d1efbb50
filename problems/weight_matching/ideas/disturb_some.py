"""A few units of one layer change places in a ring."""

import numpy as np


def disturb(order, rng):
    layer = int(rng.integers(len(order)))
    some = rng.choice(len(order[layer]), 6, replace=False)
    order[layer][some] = order[layer][np.roll(some, 1)]
    return order
