"""A node from behind."""


def extract(classes, root):
    return [-2] * len(classes)
