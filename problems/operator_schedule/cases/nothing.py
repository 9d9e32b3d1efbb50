"""Nothing."""


def schedule(kinds, needs, delay, units):
    return None
