"""Random medoids, then in turn: everybody goes to the nearest, and each group chooses its best of a few members."""

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
    yield {"best": list(range(k))}
    return rng.sample(range(n), k)


def improve(medoids, n, left, rng):
    """Return better medoids."""
    spent = 0
    while True:
        table = yield from cross(medoids, range(n))
        spent += table.size
        near = table.argmin(axis=0)
        near[medoids] = range(len(medoids))
        groups = [np.flatnonzero(near == place) for place in range(len(medoids))]
        room = max(0, left - spent) // (2 * len(medoids))
        chosen = list(medoids)
        for place, group in enumerate(groups):
            few = rng.sample(list(group), min(len(group), 6, int(room**0.5)))
            if len(few) > 1:
                inner = yield from cross(few, few)
                spent += len(few) * (len(few) - 1) // 2
                chosen[place] = few[int(inner.sum(axis=1).argmin())]
        if set(chosen) == set(medoids) or spent + len(medoids) * n > left:
            return chosen
        medoids = chosen
        yield {"best": [int(each) for each in medoids]}


def solve(n, k, budget, seed):
    """Choose k medoids of n objects with at most `budget` distances."""
    rng = random.Random(seed)
    medoids = yield from start(n, k, budget, rng)
    yield {"best": [int(each) for each in medoids]}
    medoids = yield from improve(list(medoids), n, budget - len(BOUGHT), rng)
    return [int(each) for each in medoids]
