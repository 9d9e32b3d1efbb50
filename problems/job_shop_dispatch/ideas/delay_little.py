"""Begin nothing later than a few units of time, however urgent it is."""

import numpy as np


def delay(jobs):
    return np.where(jobs["start"] > 10, 1000 * jobs["start"], 2 * jobs["start"])
