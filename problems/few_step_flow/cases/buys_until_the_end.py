def sample(x0, calls, notes, seed):
    yield {"best": x0}
    for step in range(400):
        yield {"ask": {"v": [x0, step / 400]}}
    return 0 * x0


def calibrate(x0, calls):
    yield {"best": []}
    return []
