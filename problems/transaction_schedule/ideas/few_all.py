"""Look at all that are left."""


def few(left):
    return left
