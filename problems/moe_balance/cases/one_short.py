def init(experts, active, seed):
    pass


def update(bias, load, mean, t):
    return bias[1:]
