"""A part of a Newton step from some large entries, solved roughly."""

import numpy as np


def second_order(f, g, eps):
    yield {"best": [f, g]}
    steps = np.asarray((yield {"ask": {"newton": [f, g, 24, 12, 0.1]}}))
    return f + 0.3 * steps[0], g + 0.3 * steps[1]
