def solve(a, b, eps, budget, tolerance):
    yield {"ask": {"row": b * 1e300}}
    return [a, b]
