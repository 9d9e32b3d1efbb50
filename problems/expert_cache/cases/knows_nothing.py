def init(*anything):
    pass


def rank(layer, t, used, gate):
    return [0] * len(gate)
