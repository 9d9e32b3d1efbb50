"""Prefer vectors that are symmetric: that agree with themselves when read backwards."""


def rank(vector, n, rng):
    return -sum(a == b for a, b in zip(vector, vector[::-1], strict=True)), inner_rank(vector, n, rng)
