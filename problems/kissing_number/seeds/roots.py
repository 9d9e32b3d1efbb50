"""The roots of a cubic lattice: all vectors with two coordinates of 1 or -1."""

import itertools
import random

import numpy as np


def candidates(d, rng):
    """Return integer vectors to choose from."""
    vectors = []
    for places in itertools.combinations(range(d), 2):
        for signs in itertools.product((2, -2), repeat=2):
            row = [0] * d
            for place, sign in zip(places, signs, strict=True):
                row[place] = sign
            vectors.append(row)
    return vectors


def order(vectors, rng):
    """Return the vectors in the order in which they are tried; here as they come."""
    return vectors


def pick(vectors):
    """Take each vector that is at least 60 degrees away from all that were taken before."""
    rows = np.array(vectors, dtype=np.int64)
    norms = (rows * rows).sum(1)
    alive = np.ones(len(rows), dtype=bool)
    chosen = []
    while alive.any():
        k = int(alive.argmax())
        chosen.append(vectors[k])
        products = rows @ rows[k]
        alive &= (products <= 0) | (4 * products * products <= norms * norms[k])
        alive[k] = False
    return chosen


def search(d, rng, work):
    """Pick from one list of candidates."""
    return pick(order(candidates(d, rng), rng))


def kiss(d, seed, work):
    """Return integer vectors in d dimensions; at most `work` passes over the candidates."""
    return [[int(value) for value in row] for row in search(d, random.Random(seed), work)]
