"""Cut off the sharpest corner: across the line that halves its angle."""

import math


def normals(cell, level):
    found = []
    for before, here, after in zip(cell[-1:] + cell[:-1], cell, cell[1:] + cell[:1], strict=True):
        one, two = math.dist(before, here), math.dist(after, here)
        if min(one, two) > 0:
            x, y = ((before[k] - here[k]) / one + (after[k] - here[k]) / two for k in (0, 1))
            found.append((math.hypot(x, y), (x, y)))
    return [max(found)[1]]
