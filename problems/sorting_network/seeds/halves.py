"""Bose and Nelson: sort two halves, then merge least with least and greatest with greatest."""

import random

import numpy as np


def opening(n):
    """Return the first comparators: none."""
    return []


def merge(left, right):
    """Return comparators that merge two sorted lists of wires."""
    if not left or not right:
        return []
    if len(left) == len(right) == 1:
        return [[left[0], right[0]]]
    if len(left) == 1 and len(right) == 2:
        return [[left[0], right[1]], [left[0], right[0]]]
    if len(left) == 2 and len(right) == 1:
        return [[left[0], right[0]], [left[1], right[0]]]
    a = len(left) // 2
    b = len(right) // 2 if len(left) % 2 else (len(right) + 1) // 2
    outer = merge(left[:a], right[:b]) + merge(left[a:], right[b:])
    return outer + merge(left[a:], right[:b])


def closing(n):
    """Sort both halves of the wires, then merge them."""

    def halves(wires):
        if len(wires) < 2:
            return []
        middle = len(wires) // 2
        left, right = wires[:middle], wires[middle:]
        return halves(left) + halves(right) + merge(left, right)

    return halves(list(range(n)))


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
