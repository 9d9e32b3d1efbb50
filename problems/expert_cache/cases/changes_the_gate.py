def init(*anything):
    pass


def rank(layer, t, used, gate):
    gate[:] = 0.0
    used[:] = [0] * len(used)
    return [0] * len(gate)
