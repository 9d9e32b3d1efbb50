"""Steps become smaller with the root of time."""


def rate(t):
    return 0.01 / (1 + t / 40) ** 0.5
