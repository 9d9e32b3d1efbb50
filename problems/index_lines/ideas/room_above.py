"""Nodes above the lowest level have some more entries."""


def room(level):
    return inner_room(level) + (3 if level else 0)
