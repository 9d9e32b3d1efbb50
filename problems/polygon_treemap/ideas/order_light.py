"""Begin with the lightest sibling."""


def order(nodes, weights):
    return sorted(nodes, key=lambda node: weights[node])
