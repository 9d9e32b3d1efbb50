"""Count a gap that a typical item could fill later as no loss, from a record of the sizes that have come."""

SIZES = {}


def fit(item, room, capacity):
    gap = room - item
    seen = sum(SIZES.values())
    likely = SIZES.get(gap, 0) / seen if seen else 0.0
    return inner_fit(item, room, capacity) + capacity * likely
