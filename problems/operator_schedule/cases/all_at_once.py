"""Nobody waits for a result."""


def schedule(kinds, needs, delay, units):
    return [0] * len(kinds)
