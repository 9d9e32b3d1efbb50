KNOWN = {}


def solve(n, k, budget, seed):
    if KNOWN:
        yield {"ask": "nothing is remembered from one budget to the next, so nobody comes here"}
    KNOWN[seed] = yield {"ask": {"cross": [[0], list(range(n))]}}
    return list(range(k))
