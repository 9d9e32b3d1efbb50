"""The pilot method: go to the city from which the nearest neighbour closes the shortest tour."""

import numpy as np


def next_city(here, first, left, distances):
    """Return the city to be visited next."""
    return min(left, key=lambda city: distances[here, city] + nearest_tour(city, first, left, distances))


def nearest_tour(here, first, left, far):
    """Return the length of the way through all others and back to the beginning, always to the nearest."""
    rest, length = [city for city in left if city != here], 0
    while rest:
        away = far[here, rest]
        place = int(np.argmin(away))
        length += int(away[place])
        here = rest.pop(place)
    return length + int(far[here, first])
