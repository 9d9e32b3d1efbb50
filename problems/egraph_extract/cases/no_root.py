"""Nothing costs nothing."""


def extract(classes, root):
    return [-1] * len(classes)
