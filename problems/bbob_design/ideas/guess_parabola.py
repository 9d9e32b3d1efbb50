"""Ask besides for the lowest point of a parabola along each axis through the last points, not far from the mean."""

import numpy as np


def guess(state):
    d, points, values = len(state["mean"]), state["points"], state["values"]
    if len(values) < 4 * d:
        return np.zeros((0, d))
    near = np.argsort(values[-8 * d :], kind="stable")[: 4 * d]
    away = (points[-8 * d :][near] - state["mean"]) / state["step"]
    table = np.concatenate([np.ones((len(away), 1)), away, away**2], axis=1)
    fit = np.linalg.lstsq(table, values[-8 * d :][near], rcond=1e-9)[0]
    low = np.clip(-fit[1 : d + 1] / (2 * np.maximum(fit[d + 1 :], 1e-12)), -1, 1)
    return state["mean"][None] + state["step"] * low
