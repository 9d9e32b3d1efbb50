def solve(n, k, budget, seed):
    table = yield {"ask": {"cross": [list(range(n)), list(range(n))]}}
    return [int(each) for each in table.sum(axis=1).argsort()[:k]]
