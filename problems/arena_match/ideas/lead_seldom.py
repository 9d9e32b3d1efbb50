"""Compare whoever was shown least."""

import numpy as np


def lead(t):
    return int(np.argmin(WORLD["shown"] + WORLD["rng"].random(WORLD["n"])))
