"""Rather a neighbour whose value was far away when it was met."""


def weigh(node):
    known = [abs(gap) for gap in node["gaps"]]
    return [each + sum(known) / len(known) if count else 5.0 for each, count in zip(known, node["counts"], strict=True)]
