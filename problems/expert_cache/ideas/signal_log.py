"""Take in the logarithms of the gates, no farther below the last used one than a bound."""

import numpy as np


def signal(used, gate):
    margin = np.log(gate) - np.log(gate[used[-1]])
    return np.maximum(margin, -3.0)
