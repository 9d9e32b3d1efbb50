"""The long chain first, and the two others beside it."""


def schedule(kinds, needs, delay, units):
    return [0, 1, 0, 1, 2]
