"""Compare whoever is known worst, where it is kept how well each is known."""

import numpy as np


def lead(t):
    return int(np.argmax(WORLD["doubt"] / (1.0 + WORLD["shown"]) ** 0.2 + 0.01 * WORLD["rng"].random(WORLD["n"])))
