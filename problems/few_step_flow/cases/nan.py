def sample(x0, calls, notes, seed):
    yield {"ask": {"v": [x0 * float("nan"), 0.5]}}
    return x0


def calibrate(x0, calls):
    yield {"best": []}
    return []
