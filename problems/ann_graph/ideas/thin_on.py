"""What thins out around the nearest is done again around each next one that is left, to the end."""

import numpy as np


def thin(points, node, near):
    kept, rest = [], list(near)
    while rest:
        rest = list(inner_thin(points, node, np.array(rest)))
        kept.append(rest.pop(0))
    return np.array(kept, dtype=int)
