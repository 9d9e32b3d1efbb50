"""A node whose class many could take is a little cheaper."""


def rate(node, users):
    return 1.0 / max(1, users) ** 0.05
