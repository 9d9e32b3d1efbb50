"""In each group, try those that are nearest to its medoid in its place."""

import numpy as np


def improve(medoids, n, left, rng):
    few = rng.sample(range(n), min(n, int(0.2 * left / len(medoids))))
    table = yield from cross(medoids, few)
    near, chosen = table.argmin(axis=0), list(medoids)
    for place, medoid in enumerate(medoids):
        group = np.flatnonzero(near == place)
        count = int(0.2 * left / len(medoids) / (len(group) + 1))
        nearest = [few[at] for at in group[np.argsort(table[place][group])][:count]]
        inner = yield from cross([medoid, *nearest], [few[at] for at in group])
        chosen[place] = [medoid, *nearest][int(inner.sum(axis=1).argmin())]
    return chosen
