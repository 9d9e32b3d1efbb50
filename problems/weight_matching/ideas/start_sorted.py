"""Begin with units whose sorted weights are alike: these do not depend on how neighbours are named."""

import numpy as np
from scipy.optimize import linear_sum_assignment


def start(first, second, rng):
    order = []
    for layer in range(len(first) - 1):
        mine, theirs = (np.sort(np.hstack([net[layer], net[layer + 1].T]), axis=1) for net in (first, second))
        order.append(linear_sum_assignment(-(mine @ theirs.T))[1])
    return order
