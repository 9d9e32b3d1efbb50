def solve(a, b, eps, budget, tolerance):
    yield {"ask": {"row": [0.0] * (len(b) + 1)}}
    return [a, b]
