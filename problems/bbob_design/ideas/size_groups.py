"""Draw more points at a time: a few more than the dimension."""


def size(d):
    return 3 + d
