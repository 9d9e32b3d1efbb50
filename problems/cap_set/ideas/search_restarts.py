"""Grow several sets and keep the largest."""

import itertools


def search(n, rng, work):
    vectors = list(itertools.product(range(3), repeat=n))
    sets = (grow(sorted(vectors, key=lambda vector: rank(vector, n, rng))) for _ in range(max(1, work)))
    return max(sets, key=len)
