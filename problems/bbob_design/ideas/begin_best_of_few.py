"""Ask for a few points all over the box first, and begin at the best."""

import numpy as np


def begin(d, rng):
    few = rng.uniform(-5, 5, (4, d))
    values = np.asarray((yield {"ask": few}))
    state = fresh(few[values.argmin()], 2.0)
    note(state, few, values)
    return state
