"""A point that has got too many links chooses among them as it chose at first."""

import numpy as np


def trim(points, node, ids, room):
    near = np.array(ids)[np.argsort(away(points, node, ids), kind="stable")]
    return [int(each) for each in thin(points, node, near)][:room]
