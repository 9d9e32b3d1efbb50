"""Accept trials that are as good, to walk along plateaus."""


def accept(trial, current):
    return exponent(trial) >= exponent(current)
