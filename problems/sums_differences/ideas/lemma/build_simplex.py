"""Build from vectors with a small sum of coordinates, each a number in a base without carries."""

import itertools


def build(rng):
    digits, total = 3, 3
    base = 2 * total + 1
    cells = itertools.product(range(total + 1), repeat=digits)
    return sorted(sum(c * base**k for k, c in enumerate(cell)) for cell in cells if sum(cell) <= total)
