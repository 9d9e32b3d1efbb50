"""Let only those that stand side by side in a vote count against each other."""

from itertools import pairwise

import numpy as np


def learn(order):
    change = np.zeros(WORLD["n"])
    for winner, loser in pairwise(order):
        surprise = 1.0 / (1.0 + np.exp(WORLD["rate"][winner] - WORLD["rate"][loser]))
        change[winner] += 0.4 * surprise
        change[loser] -= 0.4 * surprise
    WORLD["rate"] += change
