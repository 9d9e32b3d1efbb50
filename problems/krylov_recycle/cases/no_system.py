def solve(features, rights, most, tolerance):
    yield {"ask": {"mv": [len(rights), rights[0]]}}
    return rights
