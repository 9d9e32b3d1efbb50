"""Truth in place of numbers."""


def schedule(kinds, needs, delay, units):
    return [True] * len(kinds)
