def init(*anything):
    pass


def rank(layer, t, used, gate):
    return [1.0] * len(used)
