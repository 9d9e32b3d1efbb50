def init(*anything):
    pass


def rank(layer, t, used, gate):
    return [True] * len(gate)
