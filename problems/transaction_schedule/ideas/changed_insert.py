"""Change: one transaction goes somewhere else in the order."""


def changed(order, found, rng):
    other = list(order)
    which = other.pop(rng.randrange(len(other)))
    other.insert(rng.randrange(len(order)), which)
    return other
