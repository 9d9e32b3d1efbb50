def init(*anything):
    pass


def rank(layer, t, used, gate):
    return [0] * len(gate)


def prefetch(layer, t, most):
    return list(range(most + 1))
