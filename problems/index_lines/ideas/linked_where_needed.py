"""A node whose neighbour can be reached from above does not lead to it."""


def linked(level):
    return not lifts(level)
