"""Mind nobody but the neighbours two places away."""


def offsets():
    return (-2, 2)
