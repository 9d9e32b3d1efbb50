def solve(features, rights, most, tolerance):
    yield [True, rights]
