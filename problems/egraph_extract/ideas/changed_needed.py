"""Change: a node that is chosen and needed gets dearer, so that others have their turn."""


def changed(factors, used, pick, rng):
    other = [list(row) for row in factors]
    at = rng.choice(used)
    other[at][pick[at]] *= 1.5
    return other
