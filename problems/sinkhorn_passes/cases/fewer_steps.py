def solve(a, b, eps, budget, tolerance):
    yield {"ask": {"newton": [a, b, 8, -100, 1e-9]}}
    return [a, b]
