"""Let a query say of each key the root of what it gives it, so that no single moment counts for all."""

import numpy as np


def seen(t, keys, weights):
    return np.sqrt(weights)
