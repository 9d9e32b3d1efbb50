"""A constant function, then a few small moves."""

import math
import random

import numpy as np


def count():
    """Return the number of steps."""
    return 50


def start(n, rng):
    """Return the heights of a first function on n equal steps."""
    return [1.0] * n


def value(heights):
    """Return the squared 2-norm of the autoconvolution over its 1-norm times its maximum."""
    f = np.array(heights)
    nodes = np.convolve(f, f)
    square = 2 * (nodes**2).sum() + (nodes[1:] * nodes[:-1]).sum()
    return square / max(3 * nodes.sum() * nodes.max(), 1e-300)


def move(heights, rng):
    """Return the heights with one of them changed a little."""
    changed = list(heights)
    changed[rng.randrange(len(changed))] *= math.exp(rng.gauss(0, 0.3))
    return changed


def polish(heights):
    """Improve the heights locally; here they stay as they are."""
    return heights


def accept(trial, current):
    """Tell whether the search goes on from the trial."""
    return value(trial) > value(current)


def search(rng, work):
    """Try a few moves away from one function, then polish it once."""
    current = start(count(), rng)
    for _ in range(20):
        trial = move(current, rng)
        if accept(trial, current):
            current = trial
    return polish(current)


def steps(seed, work):
    """Return heights on equal steps; at most `work` functions are polished."""
    return [float(height) for height in search(random.Random(seed), work)]
