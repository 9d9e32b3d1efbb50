"""Odd-even transposition: n layers of neighbours, like bricks."""

import random


def opening(n):
    """Return the first comparators: none."""
    return []


def closing(n):
    """Compare neighbours that begin at even wires, then at odd ones, n times in all."""
    return [[i, i + 1] for layer in range(n) for i in range(layer % 2, n - 1, 2)]


def improve(n, network, rng, work):
    """Return the network as it is."""
    return network


def build(n, rng, work):
    """Put a network for n wires together."""
    return improve(n, opening(n) + closing(n), rng, work)


def networks(sizes, seed, work):
    """Return a network for each number of wires; at most `work` are tried for each."""
    return [build(n, random.Random(seed * 1000 + n), work) for n in sizes]
