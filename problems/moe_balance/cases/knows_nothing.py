def init(experts, active, seed):
    pass


def update(bias, load, mean, t):
    return [0] * len(load)
