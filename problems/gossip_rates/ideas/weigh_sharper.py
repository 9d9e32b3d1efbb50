"""Go by the same order, but more strictly."""


def weigh(node):
    return [each**2 for each in inner_weigh(node)]
