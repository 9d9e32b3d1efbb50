"""What is used twice is paid once."""


def extract(classes, root):
    return [0, 0, 0, 0]
