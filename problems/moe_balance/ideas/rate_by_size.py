"""Each expert has a rate of its own, divided by the root of its mean squared gap."""

import numpy as np


def rate(gap, t):
    WORLD["square"] = 0.9 * WORLD.get("square", gap * gap) + 0.1 * gap * gap
    return 0.004 / np.sqrt(WORLD["square"] + 0.01)
