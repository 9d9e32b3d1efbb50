"""Every point links to its nearest neighbours."""

import random

import numpy as np


def away(points, node, others):
    """Return the squared distances of one point to others."""
    return ((points[others] - points[node]) ** 2).sum(axis=1)


def pool(points, count):
    """Return for each point the ids of others that it might link to, the nearest first."""
    square = (points**2).sum(axis=1)
    found = []
    for node in range(len(points)):
        far = square - 2 * points @ points[node]
        far[node] = np.inf
        few = np.argpartition(far, count)[:count]
        found.append(few[np.argsort(far[few], kind="stable")])
    return found


def thin(points, node, near):
    """Return those of the candidates, nearest first, that are worth a link."""
    return near


def limit(degree):
    """Return how many links a point chooses by itself."""
    return degree


def select(points, node, near, room):
    """Return at most `room` of the ids in `near`, which are sorted by distance."""
    return [int(each) for each in near[:room]]


def trim(points, node, ids, room):
    """Return at most `room` of the links of a point that has got too many."""
    return [ids[place] for place in np.argsort(away(points, node, ids), kind="stable")[:room]]


def join(points, links, degree, rng):
    """Return the links after more have been added or taken away."""
    return links


def bridge(points, links, degree, rng):
    """Return the links after some have been given to points far away."""
    return links


def entries(points):
    """Return the ids where every search begins."""
    middle = ((points - points.mean(axis=0)) ** 2).sum(axis=1)
    return [int(middle.argmin())]


def build(points, max_degree):
    """Build a graph in which a best-first search finds the neighbours of a query with few distances."""
    rng = random.Random(1)
    near = pool(points, 40)
    room = limit(max_degree)
    links = [select(points, node, thin(points, node, ids), room) for node, ids in enumerate(near)]
    links = bridge(points, join(points, links, max_degree, rng), max_degree, rng)
    return {"links": links, "entry": entries(points)}
