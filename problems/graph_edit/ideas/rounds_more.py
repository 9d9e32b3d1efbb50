"""Make more changes, one after the other."""


def rounds():
    return 6
