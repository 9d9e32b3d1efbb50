"""Go to the nearest city that is left."""

import numpy as np


def options(here, first, left, far):
    """Return the cities that are worth a look: by distance, the nearest alone."""
    return left[np.argsort(far[here, left], kind="stable")[:1]]


def finish(start, first, rest, far):
    """Return the rest of a tour behind a city, as a list of cities; nobody looks ahead."""
    return []


def improve(here, path, first, far):
    """Return a shorter way through the cities of a path, from `here` to `first`; it stays as it is."""
    return path


def worth(here, path, first, far):
    """Return how dear it is to go on along a path: the length of its steps."""
    return far[[here, *path[:-1]], path].sum()


def next_city(here, first, left, distances):
    """Return the city to be visited next."""
    left, tried = np.array(left), []
    for city in options(here, first, left, distances):
        path = [int(city), *map(int, finish(city, first, left[left != city], distances))]
        path = [int(each) for each in improve(here, path, first, distances)]
        tried.append((worth(here, path, first, distances), path[0]))
    return min(tried)[1]
