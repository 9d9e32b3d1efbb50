"""Compare him with those whose ratings are nearest to his."""

import numpy as np


def partners(lead, count):
    far = np.abs(WORLD["rate"] - WORLD["rate"][lead])
    far[lead] = np.inf
    return np.argsort(far, kind="stable")[:count]
