def solve(d, budget, seed):
    return [0.0] * d
    yield
