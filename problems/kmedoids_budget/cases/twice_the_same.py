def solve(n, k, budget, seed):
    yield {"best": [0] * k}
    return [0] * k
