"""A rate of one hundredth."""


def rate(t):
    return 0.005
