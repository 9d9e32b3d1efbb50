def solve(n, k, budget, seed):
    yield [True, list(range(k))]
