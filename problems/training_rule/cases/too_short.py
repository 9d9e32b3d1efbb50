def init(shapes, steps, seed):
    pass


def step(params, grad, t):
    return params[1:]


def weights(params, t):
    return params
