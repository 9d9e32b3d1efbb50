"""Less a neighbour that has no other to pass on to."""


def weigh(node):
    return [
        each * (0.3 if degree == 1 else 1.0) for each, degree in zip(inner_weigh(node), node["degrees"], strict=True)
    ]
