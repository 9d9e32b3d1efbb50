"""Keep only candidates whose negative coordinates are even in number."""


def candidates(d, rng):
    return [row for row in inner_candidates(d, rng) if sum(value < 0 for value in row) % 2 == 0]
