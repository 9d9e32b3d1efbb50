"""Go a little beyond the mean, since others wait behind the neighbour."""


def share(node, at):
    return 0.6
