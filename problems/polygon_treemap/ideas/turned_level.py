"""Turn the directions of the cuts from level to level, by an eighth of a circle."""

import math


def turned(ways, level):
    c, s = math.cos(math.pi / 4 * level), math.sin(math.pi / 4 * level)
    return [(c * x - s * y, s * x + c * y) for x, y in ways]
