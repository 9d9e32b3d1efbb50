def init(shapes, steps, seed):
    pass


def step(params, grad, t):
    return params


def weights(params, t):
    return params
