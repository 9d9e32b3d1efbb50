"""Try the candidates in lexicographic order of their coordinates, the largest first, as for a lexicographic code."""


def order(vectors, rng):
    return sorted(vectors, reverse=True)
