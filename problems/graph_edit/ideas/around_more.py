"""What lies around a node counts half as much again."""


def around(first, second, costs, nodes):
    return 1.5 * inner_around(first, second, costs, nodes)
