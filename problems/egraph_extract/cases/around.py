"""Each of two classes takes the other."""


def extract(classes, root):
    return [0, 0]
