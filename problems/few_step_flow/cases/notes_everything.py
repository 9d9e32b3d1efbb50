def calibrate(x0, calls):
    v = yield {"ask": {"v": [x0, 0.9]}}
    return [float(each) for each in v.ravel()[:400]]


def sample(x0, calls, notes, seed):
    return x0
    yield
