def solve(a, b, eps, budget, tolerance):
    yield {"best": [a, b]}
    return [a * float("nan"), b]
