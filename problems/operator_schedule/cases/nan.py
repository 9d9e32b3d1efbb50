"""No numbers."""


def schedule(kinds, needs, delay, units):
    return [float("nan")] * len(kinds)
