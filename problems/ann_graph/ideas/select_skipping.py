"""Half of the links go to the nearest, the others to every third of those that follow."""


def select(points, node, near, room):
    half = max(1, room // 2)
    return [int(each) for each in [*near[:half], *near[half::3][:half]]]
