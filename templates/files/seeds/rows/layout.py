"""Where the points begin."""

import math


def start(n, rng):
    """Return n points in rows, each shaken a little."""
    side = math.ceil(math.sqrt(n))
    return [[(i % side + 0.3 * rng.random()) / side, (i // side + 0.3 * rng.random()) / side] for i in range(n)]
