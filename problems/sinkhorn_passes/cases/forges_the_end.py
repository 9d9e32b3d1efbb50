def solve(a, b, eps, budget, tolerance):
    yield [True, [a, b]]
