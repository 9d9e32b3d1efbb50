"""Gaussian beliefs, and players drawn by lot."""

import numpy as np

WORLD = {}


def match(t):
    """Choose whom to compare."""
    return WORLD["rng"].permutation(WORLD["n"])[: WORLD["k"]]


def learn(order):
    rate, doubt = WORLD["rate"].copy(), WORLD["doubt"].copy()
    for place, winner in enumerate(order):
        for loser in order[place + 1 :]:
            scale = np.sqrt(doubt[winner] + doubt[loser] + 1.0)
            surprise = 1.0 / (1.0 + np.exp(1.7 * (rate[winner] - rate[loser]) / scale))
            for player, sign in ((winner, 1.0), (loser, -1.0)):
                WORLD["rate"][player] += sign * doubt[player] / scale * surprise
                WORLD["doubt"][player] *= 1.0 - 0.4 * doubt[player] / scale**2


def worth():
    """Return a number for each player; the highest is ranked first."""
    return WORLD["rate"]


def fresh(n):
    """Return what is known of some players before any vote."""
    return {"rate": np.zeros(n), "doubt": np.ones(n), "shown": np.zeros(n)}


def init(n, k, seed):
    """Begin a world."""
    WORLD.clear()
    WORLD.update(n=n, k=k, rng=np.random.default_rng(seed), votes=[], **fresh(n))


def grow(n):
    """Let players in that come late."""
    for key, values in fresh(n - WORLD["n"]).items():
        WORLD[key] = np.concatenate([WORLD[key], values])
    WORLD["n"] = n


def pick(t):
    """Return ids of players to be compared."""
    return [int(each) for each in match(t)]


def see(order):
    """Be told how a voter put them."""
    WORLD["shown"][order] += 1
    WORLD["votes"].append(list(order))
    learn(order)


def ranking():
    """Return all ids, best first."""
    return [int(each) for each in np.argsort(-worth(), kind="stable")]
