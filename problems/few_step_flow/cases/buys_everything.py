def sample(x0, calls, notes, seed):
    x = x0
    for step in range(400):
        v = yield {"ask": {"v": [x, step / 400]}}
        x = x + v / 400
    return x


def calibrate(x0, calls):
    yield {"best": []}
    return []
