"""Show players that are close to one another in the ranking."""

import numpy as np


def match(t):
    order = np.argsort(-worth(), kind="stable")
    first = int(WORLD["rng"].integers(WORLD["n"] - WORLD["k"] + 1))
    return order[first : first + WORLD["k"]]
