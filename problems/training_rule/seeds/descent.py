"""Down along the gradient, at one rate."""

WORLD = {}


def init(shapes, steps, seed):
    """Begin with a workload: shapes of what stands in the flat vector of parameters, and how many steps there are."""
    WORLD.clear()
    WORLD.update(shapes=shapes, steps=steps)


def tamed(grad, t):
    """Return the gradient that is used in place of one."""
    return grad


def direction(grad, t):
    """Return where to go, downhill; its length is that of a step at rate 1."""
    return grad


def rate(t):
    """Return the length of step t."""
    return 0.03


def share(t):
    """Return by which part of that the rate is lowered or raised at step t."""
    return 1.0


def kept(params, t):
    """Return the parameters from which the step is taken."""
    return params


def step(params, grad, t):
    """Return the parameters after a step against a gradient of a batch at `params`."""
    return kept(params, t) - rate(t) * share(t) * direction(tamed(grad, t), t)


def weights(params, t):
    """Return the parameters that are looked at, after every tenth step."""
    return params
