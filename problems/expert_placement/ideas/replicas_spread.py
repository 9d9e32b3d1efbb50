"""A replica goes to whoever has most to do, where much and little differ less than they do."""

import numpy as np


def replicas(expected, places):
    return inner_replicas(np.maximum(expected, 0.0) ** 0.9, places)
