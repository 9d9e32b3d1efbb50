"""One point after the other, to neighbours none of which is nearer to one linked before (flat HNSW)."""

import random

import numpy as np


def away(points, node, others):
    """Return the squared distances of one point to others."""
    return ((points[others] - points[node]) ** 2).sum(axis=1)


def pool(points, count):
    """Return for each point the ids of others that it might link to, the nearest first."""
    square = (points**2).sum(axis=1)
    found = [np.zeros(0, dtype=int)]
    for node in range(1, len(points)):
        far = square[:node] - 2 * points[:node] @ points[node]
        few = np.argpartition(far, count)[:count] if node > count else np.arange(node)
        found.append(few[np.argsort(far[few], kind="stable")])
    return found


def thin(points, node, near):
    """Return those of the candidates, nearest first, that are worth a link."""
    return near


def limit(degree):
    """Return how many links a point chooses by itself."""
    return degree // 2


def diverse(points, node, ids, room):
    ids = np.array(ids, dtype=int)
    far = away(points, node, ids)
    chosen = []
    for place in np.argsort(far, kind="stable"):
        if len(chosen) < room and (away(points, int(ids[place]), ids[chosen]) > far[place]).all():
            chosen.append(place)
    return [int(ids[place]) for place in chosen]


def select(points, node, near, room):
    """The paper's rule: no neighbour that is nearer to one linked already."""
    return diverse(points, node, near, 12)


def trim(points, node, ids, room):
    return diverse(points, node, ids, room)


def join(points, links, degree, rng):
    """Return the links after more have been added or taken away."""
    both = [dict.fromkeys(ids) for ids in links]
    for node, ids in enumerate(links):
        for other in ids:
            both[other][node] = None
    links = [list(ids) for ids in both]
    return [ids if len(ids) <= degree else trim(points, node, ids, degree) for node, ids in enumerate(links)]


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
