"""A task that goes with what all say counts a little more, one that goes against it a little less."""

import numpy as np


def agree(column, scores):
    there = [place for place, value in enumerate(column) if value is not None]
    one, other = np.array([column[place] for place in there]), np.array(scores)[there]
    if one.std() < 1e-9 or other.std() < 1e-9:
        return 1.0
    return 1 + 0.2 * float(np.corrcoef(one, other)[0, 1])
