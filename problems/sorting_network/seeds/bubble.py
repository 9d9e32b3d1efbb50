"""Bubble sort as a network: neighbours only, one triangle."""

import random


def opening(n):
    """Return the first comparators: none."""
    return []


def closing(n):
    """Carry the largest value to the end, then the next one."""
    return [[i, i + 1] for last in range(n - 1, 0, -1) for i in range(last)]


def improve(n, network, rng, work):
    """Return the network as it is."""
    return network


def build(n, rng, work):
    """Put a network for n wires together."""
    return improve(n, opening(n) + closing(n), rng, work)


def networks(sizes, seed, work):
    """Return a network for each number of wires; at most `work` are tried for each."""
    return [build(n, random.Random(seed * 1000 + n), work) for n in sizes]
