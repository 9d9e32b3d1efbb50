"""Accept trials that are a little worse, to get over low walls."""


def accept(trial, current):
    return exponent(*trial) > exponent(*current) - 0.0005
