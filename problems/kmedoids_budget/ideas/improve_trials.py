"""Try random newcomers in the place of each medoid, judged by a few objects."""

import numpy as np


def improve(medoids, n, left, rng):
    few = rng.sample(range(n), 40)
    medoids, table = list(medoids), (yield from cross(medoids, few))
    for _ in range(min(20, left // 200)):
        newcomer = rng.choice([each for each in range(n) if each not in medoids])
        row = (yield from cross([newcomer], few))[0]
        costs = [np.minimum(np.delete(table, place, axis=0).min(axis=0), row).sum() for place in range(len(medoids))]
        if min(costs) < table.min(axis=0).sum():
            place = int(np.argmin(costs))
            medoids[place], table[place] = newcomer, row
            yield {"best": [int(each) for each in medoids]}
    return medoids
