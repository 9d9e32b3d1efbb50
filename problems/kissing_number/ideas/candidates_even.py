"""Choose among all vectors of norm 4 with one coordinate of size 2, or with four of size 1."""

import itertools


def candidates(d, rng):
    vectors = []
    for count, size in ((1, 2), (4, 1)):
        for places in itertools.combinations(range(d), count):
            for signs in itertools.product((size, -size), repeat=count):
                row = [0] * d
                for place, sign in zip(places, signs, strict=True):
                    row[place] = sign
                vectors.append(row)
    return vectors
