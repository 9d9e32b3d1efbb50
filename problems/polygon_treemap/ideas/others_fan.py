"""Cut also across a narrow fan of directions."""

import math


def others(cell):
    return [(math.cos(0.2 * turn), math.sin(0.2 * turn)) for turn in range(3)]
