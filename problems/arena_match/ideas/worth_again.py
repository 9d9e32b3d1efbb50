"""Go over all votes once more, from the ratings that there are, before ranking."""

import numpy as np


def worth():
    rate = np.array(inner_worth(), dtype=float)
    rate = rate / (rate.std() + 1e-9)
    for order in WORLD["votes"]:
        strong = np.exp(rate[order])
        for place, player in enumerate(order[:-1]):
            rate[player] += 0.05 * (1.0 - strong[place] / strong[place:].sum())
        rate[order[-1]] -= 0.05 * len(order) / 2
    return rate
