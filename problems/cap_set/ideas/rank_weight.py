"""Prefer a certain number of non-zero digits, and its multiples modulo 3."""


def rank(vector, n, rng):
    weight = n - vector.count(0)
    return (weight - 2 * n // 3) % 3, weight
