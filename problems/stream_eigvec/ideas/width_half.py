"""Numbers are stored in a quarter of the bytes."""


def width():
    return "f2"
