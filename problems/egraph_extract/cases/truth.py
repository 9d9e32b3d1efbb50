"""Truth in place of numbers."""


def extract(classes, root):
    return [True] * len(classes)
