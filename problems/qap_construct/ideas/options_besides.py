"""Look besides at the free place with the shortest ways to all others."""

import numpy as np


def options(at, chosen, flows, far):
    free = np.setdiff1d(np.arange(len(at)), at)
    return list(dict.fromkeys([*inner_options(at, chosen, flows, far), free[far[free].sum(axis=1).argmin()]]))
