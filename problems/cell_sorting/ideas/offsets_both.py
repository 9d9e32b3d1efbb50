"""Mind the neighbours on both sides."""


def offsets():
    return (-1, 1)
