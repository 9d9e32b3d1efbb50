"""Accept trials that are a little worse, so that the search can leave a local optimum."""


def accept(trial, current):
    return total(trial) > total(current) - 0.003
