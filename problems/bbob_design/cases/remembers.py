KNOWN = []


def solve(d, budget, seed):
    if KNOWN:
        yield {"ask": "nothing is remembered from one function to the next, so nobody comes here"}
    KNOWN.append(seed)
    yield {"ask": [[0.0] * d]}
