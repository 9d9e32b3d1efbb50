def init(shapes, steps, seed):
    pass


def step(params, grad, t):
    return params - 0.5 * grad


def weights(params, t):
    return 0 * params
