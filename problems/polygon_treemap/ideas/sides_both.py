"""The first group may get either side of a cut."""


def sides(ways):
    return ways + [(-x, -y) for x, y in ways]
