def solve(a, b, eps, budget, tolerance):
    yield {"ask": {"newton": [a, b, len(a), 100, 1e-9]}}
    return [a, b]
