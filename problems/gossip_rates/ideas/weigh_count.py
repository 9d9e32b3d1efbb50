"""Rather a neighbour that was met seldom."""


def weigh(node):
    return [1.0 / (1 + count) for count in node["counts"]]
