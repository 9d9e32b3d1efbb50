"""Random vectors of small integers."""

import random

import numpy as np


def candidates(d, rng):
    """Return random vectors of small integers."""
    vectors = [[rng.choice((-2, -1, 0, 0, 1, 2)) for _ in range(d)] for _ in range(2000)]
    return [row for row in vectors if any(row)]


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
