"""Change all heights at once, by factors of a strength drawn log-uniformly."""

import math


def move(heights, rng):
    sigma = 10 ** rng.uniform(-2, -0.3)
    return [height * math.exp(rng.gauss(0, sigma)) for height in heights]
