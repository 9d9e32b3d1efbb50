"""The root without what it takes."""


def extract(classes, root):
    return [0 if at == root else -1 for at in range(len(classes))]
