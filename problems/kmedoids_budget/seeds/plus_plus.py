"""Medoids far from one another, each drawn with a chance that grows with its distance to those before."""

import random

import numpy as np

BOUGHT = set()


def cross(rows, columns):
    """Buy the distances between two lists of ids, and keep account of the pairs that are paid for."""
    rows, columns = [int(i) for i in rows], [int(j) for j in columns]
    BOUGHT.update((min(i, j), max(i, j)) for i in rows for j in columns if i != j)
    reply = yield {"ask": {"cross": [rows, columns]}}
    return np.asarray(reply)


def start(n, k, left, rng):
    """Return first medoids."""
    medoids = [rng.randrange(n)]
    nearest = (yield from cross(medoids, range(n)))[0]
    while len(medoids) < k:
        medoids.append(rng.choices(range(n), weights=nearest**2 + 1e-9)[0])
        nearest = np.minimum(nearest, (yield from cross(medoids[-1:], range(n)))[0])
    return medoids


def improve(medoids, n, left, rng):
    """Return better medoids; here they stay."""
    yield {"best": [int(each) for each in medoids]}
    return medoids


def solve(n, k, budget, seed):
    """Choose k medoids of n objects with at most `budget` distances."""
    rng = random.Random(seed)
    medoids = yield from start(n, k, budget, rng)
    yield {"best": [int(each) for each in medoids]}
    medoids = yield from improve(list(medoids), n, budget - len(BOUGHT), rng)
    return [int(each) for each in medoids]
