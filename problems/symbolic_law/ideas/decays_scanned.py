"""Add an exponential of each variable, that falls as fast as suits the data best among a few."""

import numpy as np


def decays(x, y):
    found = []
    for i, values in enumerate(x.T):
        fits = []
        for rate in np.linspace(0.5, 2.0, 7):
            falls = np.exp(-rate * values)
            table = np.stack([np.ones(len(y)), falls, *(falls * other for other in x.T)], axis=1)
            fits.append((float(((y - table @ weigh(table, y)) ** 2).sum()), float(rate)))
        rate = min(fits)[1]
        found.append((["exp", ["mul", -rate, ["x", i]]], np.exp(-rate * values)))
    return found
