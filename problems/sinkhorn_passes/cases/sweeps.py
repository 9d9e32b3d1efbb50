import numpy as np


def solve(a, b, eps, budget, tolerance):
    f, g = np.zeros(len(a)), np.zeros(len(b))
    for _ in range(12):
        f = yield {"ask": {"row": g}}
        g = yield {"ask": {"col": f}}
    return [f, g]
