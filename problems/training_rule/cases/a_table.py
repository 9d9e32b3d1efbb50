def init(shapes, steps, seed):
    pass


def step(params, grad, t):
    return params.reshape(1, -1)


def weights(params, t):
    return params
