"""Everybody among the chosen may be swapped out, in random order."""


def leaving(points, chosen, rng):
    return rng.sample(chosen, len(chosen))
