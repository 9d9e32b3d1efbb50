"""Polish by gradient steps on a soft maximum of all overlaps, with a penalty on the mean, sharper every round."""

import numpy as np
import scipy.optimize


def polish(heights):
    n = len(heights)

    def energy(f, sharp):
        overlaps = np.correlate(f, 1 - f, "full") * 2 / n
        weights = np.exp(sharp * (overlaps - overlaps.max()))
        soft = overlaps.max() + np.log(weights.sum()) / sharp
        weights = weights / weights.sum() * 2 / n
        pull = np.convolve(weights, 1 - f, "valid") - np.correlate(weights, f, "valid")
        off = f.mean() - 0.5
        return soft + 50 * off**2, pull + 100 * off / n

    f = np.array(level(heights))
    for sharp in (100, 300, 1000, 3000):
        f = scipy.optimize.minimize(energy, f, sharp, "L-BFGS-B", True, bounds=[(0.0, 1.0)] * n).x
    return level(f) if value(f) < value(heights) else heights
