"""Improve twice, each time with a third of what is left."""


def improve(medoids, n, left, rng):
    better = yield from inner_improve(medoids, n, left // 3, rng)
    yield {"best": [int(each) for each in better]}
    better = yield from inner_improve(better, n, left // 3, rng)
    return better
