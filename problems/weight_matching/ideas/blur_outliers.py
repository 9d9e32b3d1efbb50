"""In the first sweep, gains beyond two standard deviations count no more than that."""

import numpy as np


def blur(gain, turn, rng):
    if turn:
        return gain
    width = 2 * gain.std()
    return np.clip(gain, gain.mean() - width, gain.mean() + width)
