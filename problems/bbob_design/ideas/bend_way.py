"""Let the shape lean towards the way that the mean has gone lately."""

import numpy as np


def bend(state):
    d = len(state["mean"])
    way = state.setdefault("way", np.zeros(d))
    way = 0.6 * way + 0.8 * np.clip(state["moved"], -10, 10)
    state["way"] = way
    rate = 1.0 / (d + 1) ** 2
    state["shape"] = (1 - rate) * state["shape"] + rate * np.outer(way, way)
