"""A node has as many entries as fit into one line."""


def room(level):
    return 4
