"""A point with too many links gives up first what is nearer to its nearest neighbour than to itself."""

import numpy as np


def trim(points, node, ids, room):
    own = away(points, node, ids)
    order = np.argsort(own, kind="stable")
    crowded = own > away(points, ids[order[0]], ids)
    crowded[order[0]] = False
    order = [*order[~crowded[order]], *order[crowded[order]]]
    return [ids[place] for place in order[:room]]
