"""Change: two transactions swap their places, besides what changes otherwise."""


def changed(order, found, rng):
    one, two = rng.randrange(len(order)), rng.randrange(len(order))
    other = inner_changed(order, found, rng)
    other[one], other[two] = other[two], other[one]
    return other
