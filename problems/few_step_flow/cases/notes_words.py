def calibrate(x0, calls):
    return ["a note"]
    yield


def sample(x0, calls, notes, seed):
    return x0
    yield
