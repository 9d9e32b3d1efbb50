"""Accept trials that are a little worse, so that the search can leave a local optimum."""


def accept(trial, current):
    return side(trial) < side(current) * 1.01
