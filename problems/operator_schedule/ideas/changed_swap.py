"""Change: two operators have each other's rank, besides what changes otherwise."""


def changed(ranks, begins, needs, rng):
    one, two = rng.randrange(len(ranks)), rng.randrange(len(ranks))
    other = inner_changed(ranks, begins, needs, rng)
    other[one], other[two] = other[two], other[one]
    return other
