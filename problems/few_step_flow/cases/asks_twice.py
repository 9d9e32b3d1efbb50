def sample(x0, calls, notes, seed):
    for _ in range(100):
        yield {"ask": {"v": [x0, 0.5]}}
    return x0


def calibrate(x0, calls):
    yield {"best": []}
    return []
