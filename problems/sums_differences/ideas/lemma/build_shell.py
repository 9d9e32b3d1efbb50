"""Build from vectors with a fixed sum of coordinates: the last coordinate is left out."""

import itertools


def build(rng):
    digits, total = 4, 2
    base = 2 * total + 1
    cells = itertools.product(range(total + 1), repeat=digits)
    return sorted(sum(c * base**k for k, c in enumerate(cell)) for cell in cells if sum(cell) <= total)
