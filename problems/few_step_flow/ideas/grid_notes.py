"""Make every step turn by as much as the others, as far as notes tell where the flow turns."""

import numpy as np


def grid(steps, notes):
    even = np.linspace(0.0, 1.0, steps + 1)
    if len(notes) < 2:
        return inner_grid(steps, notes)
    return 0.5 * even + 0.5 * np.interp(even, notes, np.linspace(0.0, 1.0, len(notes)))
