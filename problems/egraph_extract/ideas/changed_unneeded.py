"""Change: the nodes of a class get cheaper, besides what changes otherwise."""


def changed(factors, used, pick, rng):
    other = inner_changed(factors, used, pick, rng)
    at = rng.randrange(len(other))
    other[at] = [0.8 * each for each in other[at]]
    return other
