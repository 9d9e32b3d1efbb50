"""Swaps of one element after the other, those that lessen the star discrepancy, until none of many does.

What Clement, Doerr and Paquete (arXiv:2306.15276) do in spirit, written anew: where the worst box holds too many, one
inside leaves for one outside, where it holds too few the other way round; three beginnings by lot.
"""

import random
from functools import reduce

import numpy as np

BEGINNINGS, PATIENCE = 3, 60


def worst_box(points, chosen):
    """Return the star discrepancy of the chosen, the worst box's upper corner, and whether it holds too many."""
    columns = points[chosen].T
    edges = [np.union1d(column, np.ones_like(column)) for column in columns]
    inside = np.zeros([len(each) for each in edges])
    np.add.at(inside, tuple(map(np.searchsorted, edges, columns)), np.ones(len(chosen)) / len(chosen))
    for axis in range(inside.ndim):
        inside = inside.cumsum(axis=axis)
    volume = reduce(np.multiply.outer, edges)
    many, few = inside - volume, volume.copy()
    few[1:, 1:, 1:] -= inside[:-1, :-1, :-1]
    found = many if many.max() >= few.max() else few
    place = np.unravel_index(found.argmax(), found.shape)
    return float(found.max()), np.array([each[index] for each, index in zip(edges, place, strict=True)]), found is many


def improved(points, chosen, rng):
    """Return the discrepancy and the choice after the last swap that made it less."""
    now, corner, crowded = worst_box(points, chosen)
    failed = 0
    while failed < PATIENCE:
        inside = np.all(points <= corner, axis=1)
        out = [each for each in chosen if inside[each] == crowded]
        into = sorted({each for each in range(len(points)) if inside[each] != crowded} - set(chosen))
        if not out or not into:
            break
        gone, other = rng.choice(out), rng.choice(into)
        changed = [other if each == gone else each for each in chosen]
        value, its_corner, its_crowded = worst_box(points, changed)
        failed += 1
        if value < now:
            chosen, now, corner, crowded, failed = changed, value, its_corner, its_crowded, 0
    return now, chosen


def choose(points, count):
    """Return `count` different rows of an array of points in the unit cube, as even as can be."""
    rng = random.Random(1)
    return min(improved(points, rng.sample(range(len(points)), count), rng) for _ in range(BEGINNINGS))[1]
