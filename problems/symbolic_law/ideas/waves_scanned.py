"""Add a sine and a cosine of each variable, as fast as suits the data best among a few."""

import numpy as np


def waves(x, y):
    found = []
    for i, values in enumerate(x.T):
        fits = []
        for speed in np.linspace(1.0, 3.0, 9):
            table = np.stack([np.ones(len(y)), np.sin(speed * values), np.cos(speed * values), *x.T], axis=1)
            fits.append((float(((y - table @ weigh(table, y)) ** 2).sum()), float(speed)))
        speed = min(fits)[1]
        found.append((["sin", ["mul", speed, ["x", i]]], np.sin(speed * values)))
        found.append((["cos", ["mul", speed, ["x", i]]], np.cos(speed * values)))
    return found
