"""Show one player of each quarter of the ranking."""

import numpy as np


def match(t):
    order = np.argsort(-worth(), kind="stable")
    return [WORLD["rng"].choice(part) for part in np.array_split(order, WORLD["k"])]
