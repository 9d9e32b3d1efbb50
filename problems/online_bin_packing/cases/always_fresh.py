"""A bin for every item."""


def priority(item, bins):
    return [*range(len(bins))]
