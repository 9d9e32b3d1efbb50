"""Break ties at random."""


def rank(vector, n, rng):
    return inner_rank(vector, n, rng), rng.random()
