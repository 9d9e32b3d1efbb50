"""Players drawn by lot; whoever beats more others than beat him is better."""

import numpy as np

WORLD = {}


def lead(t):
    """Choose who is compared in any case."""
    return int(WORLD["rng"].integers(WORLD["n"]))


def partners(lead, count):
    """Choose with whom: ids of others."""
    others = WORLD["rng"].permutation(WORLD["n"])
    return others[others != lead][:count]


def match(t):
    """Choose whom to compare."""
    first = lead(t)
    return [first, *partners(first, WORLD["k"] - 1)]


def learn(order):
    """Take in a vote, best first."""
    for place, player in enumerate(order):
        WORLD["rate"][player] += len(order) - 1 - 2 * place


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
