"""Rather a neighbour that was not met for long."""


def weigh(node):
    return list(node["ages"])
