"""Show those that were shown least."""

import numpy as np


def match(t):
    return np.argsort(WORLD["shown"] + WORLD["rng"].random(WORLD["n"]))[: WORLD["k"]]
