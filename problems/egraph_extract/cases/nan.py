"""No numbers."""


def extract(classes, root):
    return [float("nan")] * len(classes)
