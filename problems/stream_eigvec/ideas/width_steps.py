"""A number is stored in one byte, in steps of its row's largest."""


def width():
    return "i1"
