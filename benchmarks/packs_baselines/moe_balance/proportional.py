"""A step of 0.01 in proportion to what is missing."""

import numpy as np

WORLD = {}


def init(experts, active, seed):
    """Begin a stream; WORLD is what is remembered from batch to batch."""
    WORLD.clear()
    WORLD.update(experts=experts, active=active, before=np.zeros(experts))


def surplus(load, mean, t):
    """Return how far each expert is below its share; load is 1 where an expert has just that."""
    return 1.0 - load


def rate(gap, t):
    """Return by how much a bias moves for each unit of a direction: a number, or one for each expert."""
    return 0.01


def direction(gap, t):
    """Return where the biases are to go."""
    return gap


def further(step, mean, t):
    """Return the step that is taken in place of one; mean is that of all affinities to each expert."""
    return step


def settle(bias, t):
    """Return the bias that is set in place of one."""
    return bias


def update(bias, load, mean, t):
    """Return a bias for each expert, for the next batch."""
    gap = surplus(load, mean, t)
    step = further(rate(gap, t) * direction(gap, t), mean, t)
    return settle(bias + step, t)
