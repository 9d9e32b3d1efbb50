"""A layout, and a few rounds in which it relaxes; each in a file of its own."""

import random

import layout
import relax


def spread(n, seed):
    """Return n points that keep some distance."""
    rng = random.Random(seed)
    points = layout.start(n, rng)
    for _ in range(4):
        relax.sweep(points, 0.02)
    return points
