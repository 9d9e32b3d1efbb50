"""Between two steps."""


def schedule(kinds, needs, delay, units):
    return [0.5] * len(kinds)
