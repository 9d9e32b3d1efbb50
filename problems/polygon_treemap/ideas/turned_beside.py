"""Beside each direction of a cut, try one that is turned a little."""

import math


def turned(ways, level):
    ways = inner_turned(ways, level)
    c, s = math.cos(0.2), math.sin(0.2)
    return ways + [(c * x - s * y, s * x + c * y) for x, y in ways]
