"""The first group may get either side of a cut."""


def normals(cell, level):
    ways = inner_normals(cell, level)
    return ways + [(-x, -y) for x, y in ways]
