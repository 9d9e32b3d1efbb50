"""Worst fit: the bin in which the item leaves the most room."""


def fit(item, room, capacity):
    """Rate a bin that is in use."""
    return room - item


def fresh(item, capacity):
    """Rate the empty bin: the last resort."""
    return -2.0 * capacity


def priority(item, bins):
    """Return one number for each bin; the last bin is the empty one."""
    capacity = bins[-1]
    return [fit(item, room, capacity) for room in bins[:-1]] + [fresh(item, capacity)]
