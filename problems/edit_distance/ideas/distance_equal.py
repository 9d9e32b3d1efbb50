"""See first whether there is anything to compare."""


def distance(a, b):
    if a == b:
        return 0
    if not a or not b:
        return len(a) + len(b)
    return inner_distance(a, b)
