"""Against a transaction speaks also by how much it makes the others wait, on average."""

import numpy as np


def harm(which, soonest, delay):
    return 0.5 * float(np.maximum(0, soonest[which] + delay[which] - soonest).mean())
