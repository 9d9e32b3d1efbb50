"""Exchange first medoids for others of a few objects whose distances are all bought, as long as that helps."""

import numpy as np


def start(n, k, left, rng):
    medoids = yield from inner_start(n, k, left, rng)
    few = list(medoids) + rng.sample(range(n), int((0.05 * left) ** 0.5))
    table, here, place = (yield from cross(few, few)), list(range(k)), k
    for turn in range(4 * len(few)):
        rows, row = table[here], table[turn % len(few)]
        order = np.sort(rows, axis=0)
        others = np.where(rows == order[0], order[1], order[0])
        costs = np.minimum(others, row).sum(axis=1)
        place = int(costs.argmin())
        if costs[place] < order[0].sum():
            here[place] = turn % len(few)
    return [few[each] for each in here]
