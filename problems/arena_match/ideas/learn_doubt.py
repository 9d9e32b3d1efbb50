"""Keep a variance with each rating: who is well known moves little (Gaussian belief)."""

import numpy as np


def learn(order):
    rate, doubt = WORLD["rate"].copy(), WORLD["doubt"].copy()
    for place, winner in enumerate(order):
        for loser in order[place + 1 :]:
            scale = np.sqrt(doubt[winner] + doubt[loser] + 1.0)
            surprise = 1.0 / (1.0 + np.exp(1.7 * (rate[winner] - rate[loser]) / scale))
            for player, sign in ((winner, 1.0), (loser, -1.0)):
                WORLD["rate"][player] += sign * doubt[player] / scale * surprise
                WORLD["doubt"][player] *= 1.0 - 0.4 * doubt[player] / scale**2
