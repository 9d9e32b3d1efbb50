"""A node that is not there."""


def extract(classes, root):
    return [7] * len(classes)
