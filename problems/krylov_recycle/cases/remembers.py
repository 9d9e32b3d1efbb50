import numpy as np

SEEN = []


def solve(features, rights, most, tolerance):
    if SEEN:
        yield {"ask": "nothing is remembered from one sequence to the next, so nobody comes here"}
    SEEN.append(1)
    yield {"best": np.zeros_like(rights)}
    return np.zeros_like(rights)
