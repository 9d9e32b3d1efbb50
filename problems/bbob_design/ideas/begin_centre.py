"""Begin in the middle of the box, with steps of a fifth of it."""

import numpy as np


def begin(d, rng):
    yield from ()
    return fresh(np.zeros(d), 2.0)
