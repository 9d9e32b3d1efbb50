def solve(n, k, budget, seed):
    yield {"ask": {"pairs": []}}
    return [0]
