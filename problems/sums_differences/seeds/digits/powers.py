"""Powers of two, then a few changes."""

import math
import random


def build(rng):
    """Return a first base and its digits."""
    return 65, [0, *(2**k for k in range(6))]


def costs(base, digits):
    """Return what each sum of two digits costs, and each residue of a difference at least."""
    cheapest = {}
    for a in digits:
        for b in digits:
            residue = (a - b) % base
            cheapest[residue] = min(a + b, cheapest.get(residue, a + b))
    if base % 2 == 0:
        cheapest.pop(base // 2, None)
    return {a + b for a in digits for b in digits}, list(cheapest.values())


def exponent(base, digits):
    """Return 1 + log(Q(x) / P(x)) / log(base) at the best of a few x."""
    sums, differences = costs(base, digits)
    points = [1 - 0.6 / 1.3**k for k in range(24)]
    best = max(math.log(sum(x**c for c in differences) / sum(x**s for s in sums)) for x in points)
    return 1 + best / math.log(base)


def move(base, digits, rng):
    """Return the alphabet with one digit put in or taken out."""
    digit = rng.randint(1, max(digits) + 1)
    changed = sorted(set(digits) ^ {digit})
    return (min(base, 2 * max(changed) + 1), changed) if len(changed) > 1 else (base, digits)


def accept(trial, current):
    """Tell whether the search goes on from the trial."""
    return exponent(*trial) > exponent(*current)


def search(rng, work):
    """Try a few moves away from one alphabet."""
    current = build(rng)
    for _ in range(work):
        trial = move(*current, rng)
        if accept(trial, current):
            current = trial
    return current


def alphabet(seed, work):
    """Return a base and different digits >= 0 with 0 among them."""
    base, digits = search(random.Random(seed), work)
    return {"base": base, "digits": sorted(digits)}
