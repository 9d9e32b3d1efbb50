"""Try vectors that use the same coordinates one after another, families with more of them first, in random order."""


def order(vectors, rng):
    drawn = {}
    for row in vectors:
        family = tuple(value == 0 for value in row)
        drawn.setdefault(family, (sum(family), rng.random()))
    return sorted(vectors, key=lambda row: (drawn[tuple(value == 0 for value in row)], row))
