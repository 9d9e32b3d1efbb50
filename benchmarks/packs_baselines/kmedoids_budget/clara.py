"""The best medoids of one sample that takes the whole budget (CLARA with eager swaps)."""

import random

import numpy as np


def cross(rows, columns):
    """Buy the distances between two lists of ids."""
    reply = yield {"ask": {"cross": [[int(i) for i in rows], [int(j) for j in columns]]}}
    return np.asarray(reply)


def start(n, k, left, rng):
    """Return the best medoids of a sample whose distances take the whole budget, by eager swaps (CLARA, FasterPAM)."""
    few = rng.sample(range(n), min(n, int((2 * left) ** 0.5)))
    table = yield from cross(few, few)
    best = None
    for _ in range(5):
        found = swapped(table, rng.sample(range(len(few)), k), rng)
        cost = table[found].min(axis=0).sum()
        if best is None or cost < best[0]:
            best = cost, found
    return [few[place] for place in best[1]]


def swapped(table, medoids, rng):
    """Put one object after another in the place of the medoid that pays most, as long as that lowers the cost."""
    quiet, size = 0, len(table)
    while quiet < size:
        for candidate in rng.sample(range(size), size):
            rows = table[medoids]
            near, order = rows.argmin(axis=0), np.sort(rows, axis=0)
            row = table[candidate]
            better = row < order[0]
            loss = np.where(better, 0.0, np.minimum(row, order[1]) - order[0])
            change = np.bincount(near, loss, len(medoids)) + np.where(better, row - order[0], 0.0).sum()
            place = int(change.argmin())
            if change[place] < -1e-9:
                medoids[place], quiet = candidate, 0
            else:
                quiet += 1
            if quiet >= size:
                break
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
    medoids = yield from improve(list(medoids), n, budget, rng)
    return [int(each) for each in medoids]
