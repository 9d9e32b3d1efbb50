"""Go on as before, and post every answer on the way."""


def improve(medoids, n, left, rng):
    yield {"best": [int(each) for each in medoids]}
    better = yield from inner_improve(medoids, n, left, rng)
    yield {"best": [int(each) for each in better]}
    return better
