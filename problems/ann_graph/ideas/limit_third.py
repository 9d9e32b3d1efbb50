"""A point chooses a third of the links that it may have, and leaves the others to those who choose it."""


def limit(degree):
    return degree // 3
