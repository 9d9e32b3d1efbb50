"""A node may have twice as many entries."""


def room(level):
    return 2 * inner_room(level)
