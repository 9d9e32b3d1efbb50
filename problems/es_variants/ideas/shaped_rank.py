"""Weigh the members by their rank alone, spread evenly over an interval around zero."""

import numpy as np


def shaped(fitness):
    order = np.argsort(np.argsort(fitness, kind="stable"), kind="stable")
    return 4 * (order / (len(fitness) - 1) - 0.5)
