"""The greedy set in which all sums of two elements are different, then a few replacements."""

import math
import random


def build(rng):
    """Return a first set."""
    values, gaps = [0], set()
    while len(values) < 8:
        k = values[-1] + 1
        while any(k - value in gaps for value in values):
            k += 1
        gaps |= {k - value for value in values}
        values.append(k)
    return values


def exponent(values):
    """Return 1 + log(differences / sums) / log(2 max + 1)."""
    sums = len({a + b for a in values for b in values})
    differences = len({a - b for a in values for b in values})
    return 1 + math.log(differences / sums) / math.log(2 * max(values) + 1)


def move(values, rng):
    """Return the set with one element replaced by another one."""
    changed = set(values) - {rng.choice(sorted(values)[1:])}
    while len(changed) < len(values):
        changed.add(rng.randint(1, max(values)))
    return sorted(changed)


def accept(trial, current):
    """Tell whether the search goes on from the trial."""
    return exponent(trial) > exponent(current)


def search(rng, work):
    """Try a few moves away from one set."""
    current = build(rng)
    for _ in range(work):
        trial = move(current, rng)
        if accept(trial, current):
            current = trial
    return current


def numbers(seed, work):
    """Return different integers >= 0 with 0 among them."""
    return sorted(search(random.Random(seed), work))
