"""The best of many choices by lot."""

import random
from functools import reduce

import numpy as np

STARTS = 10
TRIES = 50


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
    return float(found.max()), [each[index] for each, index in zip(edges, place, strict=True)], found is many


def measure(points, chosen):
    """Return how far from even the chosen are: their star discrepancy."""
    return worst_box(points, chosen)[0]


def rough(points, chosen):
    """Return by what swaps are compared."""
    return measure(points, chosen)


def start(points, count, rng):
    """Return the first choice."""
    return rng.sample(range(len(points)), count)


def leaving(points, chosen, rng):
    """Return who of the chosen may be swapped out, in the order of trying."""
    return []


def coming(points, chosen, gone, free, rng):
    """Return who of the others may come for the one that goes."""
    return []


def accepts(new, old, share):
    """Return whether a swap is kept; `share` of the tries are used."""
    return new < old


def improve(points, chosen, rng):
    """Swap one of the chosen after the other, for so many tries, and return the best."""
    now, tries = rough(points, chosen), 0
    best, least = list(chosen), now
    while tries < TRIES:
        before = tries
        for gone in leaving(points, chosen, rng):
            free = sorted(set(range(len(points))) - set(chosen))
            for other in coming(points, chosen, gone, free, rng):
                changed, tries = [other if each == gone else each for each in chosen], tries + 1
                value = rough(points, changed)
                if accepts(value, now, tries / TRIES):
                    chosen, now = changed, value
                    if value < least:
                        best, least = list(changed), value
                    break
        if tries == before:
            break
    return best


def polish(points, chosen, rng):
    """Return the chosen after last swaps."""
    return chosen


def choose(points, count):
    """Return `count` different rows of an array of points in the unit cube, as even as can be."""
    rng, found = random.Random(1), []
    for _ in range(STARTS):
        chosen = polish(points, improve(points, start(points, count, rng), rng), rng)
        found.append((measure(points, chosen), chosen))
    return min(found)[1]
