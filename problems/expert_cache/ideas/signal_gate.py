"""Take in the gates themselves, not only who was used."""

import numpy as np


def signal(used, gate):
    return np.asarray(gate, dtype=float)
