"""Change: whoever ends last goes somewhere in front."""


def changed(order, found, rng):
    other = list(order)
    place = max(range(len(order)), key=lambda at: found[at])
    which = other.pop(place)
    other.insert(rng.randrange(place + 1), which)
    return other
