def solve(features, rights, most, tolerance):
    yield {"ask": {"mv": [0, rights[0]], "vm": [0, rights[0]]}}
    return rights
