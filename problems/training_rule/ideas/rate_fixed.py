"""A fixed rate, a little larger than what is usual."""


def rate(t):
    return 0.005
