"""The axes: two vectors for each dimension, at right angles."""

import random

import numpy as np


def candidates(d, rng):
    """Return the positive and negative unit vectors."""
    return [[sign * (i == k) for i in range(d)] for k in range(d) for sign in (1, -1)]


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
