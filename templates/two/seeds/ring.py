"""The towns within a ring around the middle, by their angle."""

import math


def place(town):
    """Return where a town lies."""
    return (town * 0.754877666) % 1, (town * 0.569840291) % 1


def tour(n, seed):
    """Return a round trip."""
    towns = [(place(town), town) for town in range(n)]
    ring = [(at, town) for at, town in towns if 0.1 < math.dist(at, (0.5, 0.5)) < 0.4]
    return [town for at, town in sorted(ring, key=lambda each: math.atan2(each[0][1] - 0.5, each[0][0] - 0.5))]
