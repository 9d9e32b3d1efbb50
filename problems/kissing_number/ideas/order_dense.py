"""Try candidates with many coordinates first, in lexicographic order of their places."""


def order(vectors, rng):
    return sorted(vectors, key=lambda row: (row.count(0), [value == 0 for value in row], row))
