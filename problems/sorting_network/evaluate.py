"""Judge of sorting_network: exact, by the zero-one principle, all inputs at once.

Wire k holds an integer whose bit x is bit k of the input x, so a comparator is one AND and one OR of integers of 2^n
bits. A network sorts everything if and only if it sorts all 2^n inputs of zeros and ones (Knuth 3, section 5.3.4,
theorem Z).
"""

from fractions import Fraction
from itertools import pairwise

from evo.judging import Invalid, floor_float, integer, items

# Fewest comparators and fewest layers known, as listed by B. Dobbelaere; one network need not have both.
SIZE = {
    2: 1, 3: 3, 4: 5, 5: 9, 6: 12, 7: 16, 8: 19, 9: 25, 10: 29, 11: 35, 12: 39, 13: 45, 14: 51, 15: 56, 16: 60, 17: 71,
    18: 77, 19: 85, 20: 91,
}  # fmt: skip
DEPTH = {
    2: 1, 3: 3, 4: 3, 5: 5, 6: 5, 7: 6, 8: 6, 9: 7, 10: 7, 11: 8, 12: 8, 13: 9, 14: 9, 15: 9, 16: 9, 17: 10, 18: 11,
    19: 11, 20: 11,
}  # fmt: skip


def evaluate(output, params):
    """Score one raw output of `networks`: for each number of wires a list of comparators [i, j], i < j, the least on i.

    A network that sorts counts best known size / size. One that does not counts less than a half: the share of inputs
    that it sorts, halved, times the same ratio where that is below 1. The objective is the mean.
    """
    sizes = params["sizes"]
    given = items(output, "networks", count=len(sizes))
    networks = [read(row, n) for n, row in zip(sizes, given, strict=True)]
    unsorted = [count_unsorted(n, network) for n, network in zip(sizes, networks, strict=True)]
    worth = [rate(n, network, bad) for n, network, bad in zip(sizes, networks, unsorted, strict=True)]
    depths = [depth(n, network) for n, network in zip(sizes, networks, strict=True)]
    comparators = sum(map(len, networks))
    spans = [Fraction(j - i, n - 1) for n, network in zip(sizes, networks, strict=True) for i, j in network]
    return {
        "objective": floor_float(sum(worth, Fraction(0)) / len(sizes)),
        "measures": {
            "depth_ratio": sum(depths) / sum(DEPTH[n] for n in sizes),
            "mean_span": float(sum(spans, Fraction(0)) / len(spans)) if spans else 0.0,
        },
        "metrics": {"comparators": comparators, "depth": sum(depths), "unsorted": sum(unsorted)},
        "feedback": describe(sizes, networks, unsorted, depths),
    }


def read(row, n):
    """Return the comparators as pairs of wires; at most twice as many as Batcher's network has."""
    what = f"network of {n} wires"
    most = 2 * batcher(n)
    if len(items(row, what)) > most:
        raise Invalid(f"{what}: expected at most {most} comparators, twice Batcher's, got {len(row)}")
    network = []
    for index, pair in enumerate(row):
        where = f"{what}, comparator {index}"
        i, j = (integer(wire, where, low=0, high=n - 1) for wire in items(pair, where, count=2))
        if i >= j:
            raise Invalid(f"{where}: expected wires i < j, got {i} and {j}")
        network.append((i, j))
    return network


def batcher(n):
    """Return the number of comparators of Batcher's merge exchange (Knuth 3, section 5.2.2, algorithm M)."""
    count, p = 0, 1 << (n - 1).bit_length() - 1
    top = p
    while p:
        q, r, d = top, 0, p
        while d:
            count += sum(i & p == r for i in range(n - d))
            d, q, r = (q - p, q >> 1, p) if q != p else (0, q, r)
        p >>= 1
    return count


def count_unsorted(n, network):
    """Return how many of the 2^n inputs of zeros and ones come out unsorted."""
    every = (1 << (1 << n)) - 1
    wires = [every // ((1 << (1 << k)) + 1) << (1 << k) for k in range(n)]
    for i, j in network:
        wires[i], wires[j] = wires[i] & wires[j], wires[i] | wires[j]
    bad = 0
    for upper, lower in pairwise(wires):
        bad |= upper & ~lower
    return bad.bit_count()


def rate(n, network, bad):
    """Return the worth of one network as an exact fraction."""
    ratio = Fraction(SIZE[n], max(len(network), 1))
    if not bad:
        return ratio
    return Fraction(1, 2) * (1 - Fraction(bad, 1 << n)) * min(Fraction(1), ratio)


def depth(n, network):
    """Return the number of layers when every comparator comes as early as it can."""
    ready = [0] * n
    for i, j in network:
        ready[i] = ready[j] = max(ready[i], ready[j]) + 1
    return max(ready)


def describe(sizes, networks, unsorted, depths):
    """Say for each number of wires what there is and what is known; at most six of them."""
    parts = []
    for n, network, bad, layers in list(zip(sizes, networks, unsorted, depths, strict=True))[:6]:
        state = f"{bad} of {1 << n} inputs unsorted" if bad else "sorts"
        parts.append(f"{n} wires: {len(network)} comparators ({SIZE[n]} known), {layers} layers, {state}")
    return "; ".join(parts) + "."
