def init(experts, active, seed):
    pass


def update(bias, load, mean, t):
    return [100.0] + [0.0] * (len(load) - 1)
