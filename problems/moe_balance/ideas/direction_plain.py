"""Go as far as something is missing."""


def direction(gap, t):
    return gap
