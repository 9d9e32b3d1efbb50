"""Change: a few ranks, by a little."""


def changed(ranks, begins, needs, rng):
    other = list(ranks)
    for _ in range(2):
        other[rng.randrange(len(other))] += rng.gauss(0, 2)
    return other
