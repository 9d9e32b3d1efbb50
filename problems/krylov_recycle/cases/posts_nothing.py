def solve(features, rights, most, tolerance):
    while True:
        yield {"ask": {"mv": [0, rights[0]]}}
