"""The best medoids that full knowledge finds: eager swaps from random starts, after FasterPAM (arXiv:2008.05171)."""

import numpy as np

STARTS = 25


def best_cost(distances, k, rng, starts=STARTS):
    """Return the lowest total distance to the nearest of k medoids over some random starts."""
    n = len(distances)
    return min(cost(distances, swapped(distances, rng.permutation(n)[:k], rng)) for _ in range(starts))


def cost(distances, medoids):
    """Return the total distance of all objects to their nearest medoid."""
    return float(distances[:, medoids].min(axis=1).sum())


def swapped(distances, medoids, rng):
    """Put one object after another in the place of the medoid that pays most, as long as that lowers the cost."""
    medoids, n = np.array(medoids), len(distances)
    near, nearest, second = assigned(distances, medoids)
    quiet = 0
    for candidate in np.tile(rng.permutation(n), 40):
        gained = distances[:, candidate] - nearest
        better = gained < 0
        shared = gained[better].sum()
        # What a medoid's own objects lose without it: they go to the newcomer or to their second one.
        other = np.where(better, 0.0, np.minimum(distances[:, candidate], second) - nearest)
        change = np.bincount(near, other, len(medoids)) + shared
        place = int(change.argmin())
        if change[place] < -1e-9:
            medoids[place] = candidate
            near, nearest, second = assigned(distances, medoids)
            quiet = 0
        else:
            quiet += 1
            if quiet >= n:
                break
    return medoids


def assigned(distances, medoids):
    """Return for each object the place of its nearest medoid, the distance to it and to the second one."""
    table = distances[:, medoids]
    near = table.argmin(axis=1)
    two = np.partition(table, 1, axis=1)
    return near, two[:, 0], two[:, 1]
