"""Prefer bins whose room would hold a whole number of items of this size."""


def fit(item, room, capacity):
    return inner_fit(item, room, capacity) - 0.5 * (room % item)
