"""Rate a bin by the share of its room that the item takes."""


def fit(item, room, capacity):
    return capacity * item / room
