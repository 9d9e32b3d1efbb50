"""The towns with large prizes, each time the nearest one next."""

import math


def place(town):
    """Return where a town lies."""
    return (town * 0.754877666) % 1, (town * 0.569840291) % 1


def chosen(n):
    """Return the towns that are worth a visit."""
    return [town for town in range(n) if 1 + town % 7 >= 5]


def tour(n, seed):
    """Return a round trip."""
    left = chosen(n)
    trip = left[:1]
    while len(trip) < len(left):
        here = place(trip[-1])
        trip.append(min((town for town in left if town not in trip), key=lambda town: math.dist(here, place(town))))
    return trip
