"""The second half of a node that was cut is entered on the level above."""


def lifts(level):
    return True
