"""Change: the factors of a few nodes, by a little."""


def changed(factors, used, pick, rng):
    other = [list(row) for row in factors]
    for _ in range(3):
        row = other[rng.randrange(len(other))]
        row[rng.randrange(len(row))] *= rng.uniform(0.7, 1.4)
    return other
