def solve(features, rights, most, tolerance):
    yield {"best": rights}
    while True:
        yield {"ask": {"mv": [0, rights[0]]}}
