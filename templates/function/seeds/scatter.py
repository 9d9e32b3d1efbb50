"""Random points, each the one of a few that is farthest from the others."""

import math
import random


def spread(n, seed):
    """Return n points that keep some distance."""
    rng = random.Random(seed)
    points = []
    for _ in range(n):
        trials = [[rng.random(), rng.random()] for _ in range(10)]
        points.append(max(trials, key=lambda trial: min((math.dist(trial, p) for p in points), default=0.0)))
    return points
