"""Begin anew elsewhere where the steps are too short to matter or the last values are all alike."""

import numpy as np


def again(state, rng):
    d = len(state["mean"])
    last = state["values"][-20 * d :]
    if state["step"] < 1e-9 or (len(last) == 20 * d and np.ptp(last) < 1e-9):
        best, points, values = state["best"], state["points"], state["values"]
        state.update(fresh(rng.uniform(-5, 5, d), 2.0))
        state.update(best=best, points=points, values=values)
