"""Multiply: every pair of a set for half of the digits and one for the rest is a cap again."""

import itertools


def search(n, rng, work):
    if n < 2:
        return inner_search(n, rng, work)
    left, right = inner_search(n // 2, rng, work), inner_search(n - n // 2, rng, work)
    return [list(a) + list(b) for a, b in itertools.product(left, right)]
