"""Now and then scramble one neighbourhood: shake the circles around a random point and leave the others alone."""

import math


def move(circles, rng):
    if rng.random() < 0.5:
        return inner_move(circles, rng)
    focus, reach, sigma = (rng.random(), rng.random()), 0.3, 0.08
    centers = [(x, y) for x, y, _ in circles]
    for k, center in enumerate(centers):
        if math.dist(center, focus) < reach:
            centers[k] = tuple(min(max(value + rng.gauss(0, sigma), 0.0), 1.0) for value in center)
    return centers
