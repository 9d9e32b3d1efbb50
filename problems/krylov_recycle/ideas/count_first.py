"""Keep a few more vectors of the first systems."""


def count(i):
    return 6 if i < 3 else 4
