import numpy as np

KNOWN = {}


def solve(a, b, eps, budget, tolerance):
    if KNOWN:
        yield {"ask": "nothing is remembered from one instance to the next, so nobody comes here"}
    KNOWN["f"] = yield {"ask": {"row": np.zeros(len(b))}}
    return [np.zeros(len(a)), np.zeros(len(b))]
