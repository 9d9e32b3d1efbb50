"""Begin with an order in which nodes with strong correlations stand last."""

import numpy as np


def first(d):
    return np.argsort(np.abs(WORLD["table"]).sum(axis=1), kind="stable").tolist()
