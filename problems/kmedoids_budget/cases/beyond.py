def solve(n, k, budget, seed):
    yield {"ask": {"pairs": [[0, n]]}}
    return list(range(k))
