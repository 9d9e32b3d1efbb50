def sample(x0, calls, notes, seed):
    yield {"best": x0}
    return x0


def calibrate(x0, calls):
    yield {"best": []}
    return []
