def solve(d, budget, seed):
    while True:
        yield {"ask": []}
