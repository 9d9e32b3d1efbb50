"""Four others by lot may come for the one that goes."""


def coming(points, chosen, gone, free, rng):
    return rng.sample(free, min(4, len(free)))
