"""A point with too many links keeps the nearest and, of the others, the farthest two."""

import numpy as np


def trim(points, node, ids, room):
    order = np.argsort(away(points, node, ids), kind="stable")
    return [ids[place] for place in [*order[: room - 2], *order[-2:]]]
