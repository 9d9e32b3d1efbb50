"""Whoever is tried and is better on objects bought already stays: post it, and go on with what is left."""


def improve(medoids, n, left, rng):
    yield {"best": [int(each) for each in medoids]}
    before = len(BOUGHT)
    better = yield from inner_improve(medoids, n, left, rng)
    yield {"best": [int(each) for each in better]}
    if len(BOUGHT) - before < 0.3 * left:
        better = yield from inner_improve(better, n, left - len(BOUGHT) + before, rng)
    return better
