"""Begin with objects far from one another: each next one is the farthest from those before."""

import numpy as np


def start(n, k, left, rng):
    medoids = [rng.randrange(n)]
    nearest = (yield from cross(medoids, range(n)))[0]
    while len(medoids) < k:
        medoids.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, (yield from cross(medoids[-1:], range(n)))[0])
    return medoids
