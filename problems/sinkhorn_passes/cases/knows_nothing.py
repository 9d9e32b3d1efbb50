def solve(a, b, eps, budget, tolerance):
    yield {"best": [[0.0] * len(a), [0.0] * len(b)]}
    return [[0.0] * len(a), [0.0] * len(b)]
