def calibrate(x0, calls):
    for step in range(1000):
        yield {"ask": {"v": [x0, step / 1000]}}
    return []


def sample(x0, calls, notes, seed):
    return x0
    yield
