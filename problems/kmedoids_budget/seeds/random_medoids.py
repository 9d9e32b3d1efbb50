"""Random medoids: nothing is bought."""

import random

import numpy as np


def cross(rows, columns):
    """Buy the distances between two lists of ids."""
    reply = yield {"ask": {"cross": [[int(i) for i in rows], [int(j) for j in columns]]}}
    return np.asarray(reply)


def start(n, k, left, rng):
    """Return first medoids."""
    yield {"best": list(range(k))}
    return rng.sample(range(n), k)


def improve(medoids, n, left, rng):
    """Return better medoids; here they stay."""
    yield {"best": [int(each) for each in medoids]}
    return medoids


def solve(n, k, budget, seed):
    """Choose k medoids of n objects with at most `budget` distances."""
    rng = random.Random(seed)
    medoids = yield from start(n, k, budget, rng)
    yield {"best": [int(each) for each in medoids]}
    medoids = yield from improve(list(medoids), n, budget, rng)
    return [int(each) for each in medoids]
