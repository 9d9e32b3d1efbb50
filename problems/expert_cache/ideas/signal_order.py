"""Let the first of the used experts count more than the last."""

import numpy as np


def signal(used, gate):
    seen = np.zeros(len(gate))
    seen[used] = np.linspace(1.0, 0.5, len(used))
    return seen
