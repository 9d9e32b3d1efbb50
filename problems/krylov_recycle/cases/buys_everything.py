import numpy as np


def solve(features, rights, most, tolerance):
    """Read each matrix column by column, and solve what was read."""
    found = np.zeros_like(rights)
    yield {"best": found}
    for i, right in enumerate(rights):
        matrix = np.zeros((len(right), len(right)))
        for place, unit in enumerate(np.eye(len(right))):
            matrix[:, place] = yield {"ask": {"mv": [i, unit]}}
        found[i] = np.linalg.solve(matrix, right)
        yield {"best": found}
    return found
