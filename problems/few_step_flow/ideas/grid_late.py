"""Make the first steps long and the last ones short."""

import numpy as np


def grid(steps, notes):
    return 1.0 - (1.0 - np.linspace(0.0, 1.0, steps + 1)) ** 1.2
