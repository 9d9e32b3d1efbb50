"""All rows that are kept are shortened by as much as the longest that is lost, as in frequent directions."""

import numpy as np


def make_up(kept, lost):
    if not len(lost):
        return kept
    length = (kept**2).sum(axis=1)
    left = np.maximum(length - (lost**2).sum(axis=1).max(), 0.0)
    return kept * np.sqrt(left / np.maximum(length, 1e-30))[:, None]
