"""Draw steps around the mean, by the shape that was learned."""

import numpy as np


def draw(state, count, rng):
    values, vectors = np.linalg.eigh(state["shape"])
    root = vectors * np.sqrt(np.maximum(values, 1e-20))
    return state["mean"] + state["step"] * rng.normal(size=(count, len(values))) @ root.T
