"""Treat the halves of a vector as blocks: balanced numbers of zeros first."""


def rank(vector, n, rng):
    half = n // 2
    left, right = vector[:half].count(0), vector[half:].count(0)
    return abs(left - right), -left - right
