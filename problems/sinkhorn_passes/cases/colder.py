def solve(a, b, eps, budget, tolerance):
    yield {"ask": {"row": b, "eps": eps / 1000}}
    return [a, b]
