"""Later than one after another."""


def schedule(kinds, needs, delay, units):
    return [10**9] * len(kinds)
