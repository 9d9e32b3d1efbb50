"""A chain through all points, from left to right along the direction of the largest spread."""

import itertools


def bridge(points, links, degree, rng):
    order = points[:, points.var(axis=0).argmax()].argsort(kind="stable").tolist()
    for node, other in itertools.pairwise(order):
        if other not in links[node]:
            links[node][degree - 1 :] = [other]
    return links
