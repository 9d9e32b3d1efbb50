"""Keep a record of the sizes that have come, for other parts to use."""

SIZES = {}


def priority(item, bins):
    SIZES[item] = SIZES.get(item, 0) + 1
    return inner_priority(item, bins)
