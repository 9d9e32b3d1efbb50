"""Choose among all vectors of norm 8 with two coordinates of size 2, or with eight of size 1."""

import itertools


def candidates(d, rng):
    vectors = []
    for count, size in ((2, 2), (8, 1)):
        for places in itertools.combinations(range(d), count):
            for signs in itertools.product((size, -size), repeat=count):
                row = [0] * d
                for place, sign in zip(places, signs, strict=True):
                    row[place] = sign
                vectors.append(row)
    return vectors
