def solve(n, k, budget, seed):
    yield {"best": list(range(k))}
    return list(range(k))
