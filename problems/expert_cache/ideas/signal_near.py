"""Let experts that were nearly used count a little as well."""

import numpy as np


def signal(used, gate):
    seen = np.zeros(len(gate))
    seen[np.argsort(gate)[-2 * len(used) :]] = 0.2
    seen[used] = 1.0
    return seen
