"""Accept trials that are a little worse, so that the search can leave a local optimum."""


def accept(trial, current):
    return smallest(trial) > 0.97 * smallest(current)
