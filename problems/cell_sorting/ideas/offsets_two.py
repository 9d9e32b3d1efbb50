"""Mind the neighbours two places away as well."""


def offsets():
    return (-1, 1, -2, 2)
