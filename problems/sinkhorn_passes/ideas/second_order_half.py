"""Half of a Newton step from a few large entries, solved roughly."""

import numpy as np


def second_order(f, g, eps):
    yield {"best": [f, g]}
    steps = np.asarray((yield {"ask": {"newton": [f, g, 8, 10, 0.1]}}))
    return f + steps[0] / 2, g + steps[1] / 2
