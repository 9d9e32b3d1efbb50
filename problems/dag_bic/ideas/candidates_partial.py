"""Parents are sought among the nodes with the largest partial correlations."""

import numpy as np


def candidates(node):
    table = WORLD["table"]
    if WORLD.get("of") is not table:
        WORLD.update(of=table, inverse=np.abs(np.linalg.inv(table)))
    return [each for each in np.argsort(-WORLD["inverse"][node]).tolist() if each != node][:10]
