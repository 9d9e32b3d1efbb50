def solve(features, rights, most, tolerance):
    yield {"ask": {"mv": [0, rights.T]}}
    return rights
