"""Add sines and cosines of the variables."""

import numpy as np


def waves(x, y):
    found = []
    for i, values in enumerate(x.T):
        for name, wave in (("sin", np.sin), ("cos", np.cos)):
            found.append(([name, ["mul", 2.0, ["x", i]]], wave(2.0 * values)))
    return found
