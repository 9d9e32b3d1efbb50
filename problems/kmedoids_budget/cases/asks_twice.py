def solve(n, k, budget, seed):
    for _ in range(1000):
        yield {"ask": {"pairs": [[0, 1], [1, 0], [2, 2]]}}
    return list(range(k))
