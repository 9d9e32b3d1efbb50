import numpy as np


def solve(features, rights, most, tolerance):
    found = np.zeros_like(rights)
    yield {"best": found}
    rest, along = rights[0].copy(), rights[0].copy()
    for _ in range(most):
        image = yield {"ask": {"mv": [0, along]}}
        size = rest @ rest
        step = size / (along @ image)
        found[0] += step * along
        rest = rest - step * image
        if (rest @ rest) ** 0.5 < 0.01 * tolerance:
            break
        along = rest + (rest @ rest) / size * along
    return found
