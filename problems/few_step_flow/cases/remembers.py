KNOWN = {}


def calibrate(x0, calls):
    KNOWN[0] = yield {"ask": {"v": [x0, 0.5]}}
    return []


def sample(x0, calls, notes, seed):
    if KNOWN:
        yield {"ask": "nothing passes but notes, so nobody comes here"}
    KNOWN[1] = yield {"ask": {"v": [x0, 0.5]}}
    return x0
