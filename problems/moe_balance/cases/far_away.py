def init(experts, active, seed):
    pass


def update(bias, load, mean, t):
    return [1e6] * len(load)
