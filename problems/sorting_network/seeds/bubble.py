"""Bubble sort as a network: neighbours only, one triangle."""

import random

import numpy as np


def opening(n):
    """Return the first comparators: none."""
    return []


def closing(n):
    """Carry the largest value to the end, then the next one."""
    return [[i, i + 1] for last in range(n - 1, 0, -1) for i in range(last)]


def improve(n, network, rng, work):
    """Return the network as it is."""
    return network


def acting(n, network):
    """Return the comparators that ever act: those that some input of zeros and ones reaches out of order."""
    values, kept = np.arange(1 << n), []
    for i, j in network:
        swapped = values >> i & ~(values >> j) & 1
        if swapped.any():
            values = values ^ swapped * (1 << i | 1 << j)
            kept.append([i, j])
    return kept


def build(n, rng, work):
    """Put a network for n wires together."""
    return improve(n, acting(n, opening(n) + closing(n)), rng, work)


def networks(sizes, seed, work):
    """Return a network for each number of wires; at most `work` are tried for each."""
    return [build(n, random.Random(seed * 1000 + n), work) for n in sizes]
