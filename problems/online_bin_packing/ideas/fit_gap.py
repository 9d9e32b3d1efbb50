"""Avoid leaving a gap that is too small for most items and yet not zero."""


def fit(item, room, capacity):
    gap = room - item
    useless = 0 < gap < 0.15 * capacity
    return inner_fit(item, room, capacity) - (0.5 * capacity if useless else 0.0)
