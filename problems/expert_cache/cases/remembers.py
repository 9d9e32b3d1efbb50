SEEN = []


def init(*anything):
    if SEEN:
        raise ValueError("nothing is remembered from one request to the next, so nobody comes here")
    SEEN.append(1)


def rank(layer, t, used, gate):
    return [0] * len(gate)
