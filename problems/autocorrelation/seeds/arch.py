"""A function with high ends, like the reciprocal of a root, then a few small moves."""

import math
import random

import numpy as np


def count():
    """Return the number of steps."""
    return 50


def start(n, rng):
    """Return the heights of a first function on n equal steps."""
    return [1 / math.sqrt(1.02 - ((2 * k + 1) / n - 1) ** 2) for k in range(n)]


def value(heights, form):
    """Return 2 n peak / sum^2."""
    f = np.array(heights)
    nodes = np.convolve(f, f)
    peak = np.abs(nodes).max() if form == "third_absolute" else nodes.max()
    return 2 * len(f) * peak / max(f.sum() ** 2, 1e-300)


def move(heights, rng):
    """Return the heights with one of them changed a little."""
    changed = list(heights)
    changed[rng.randrange(len(changed))] *= math.exp(rng.gauss(0, 0.3))
    return changed


def polish(heights, form):
    """Improve the heights locally; here they stay as they are."""
    return heights


def accept(trial, current, form):
    """Tell whether the search goes on from the trial."""
    return value(trial, form) < value(current, form)


def search(rng, work, form):
    """Try a few moves away from one function, then polish it once."""
    current = start(count(), rng)
    for _ in range(20):
        trial = move(current, rng)
        if accept(trial, current, form):
            current = trial
    return polish(current, form)


def steps(form, seed, work):
    """Return heights on equal steps; at most `work` functions are polished."""
    return [float(height) for height in search(random.Random(seed), work, form)]
