"""Steps become smaller with time, and large again when loads are suddenly far off."""

import numpy as np


def rate(gap, t):
    off = float(np.abs(gap).mean())
    usual = WORLD.get("off", off)
    WORLD["off"] = 0.9 * usual + 0.1 * off
    WORLD["since"] = 0 if off > 1.5 * usual else WORLD.get("since", 0) + 1
    return 0.01 / (WORLD["since"] + 1) ** 0.3
