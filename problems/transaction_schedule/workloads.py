"""Batches of transactions: drawn from text and, for hold-outs, a run's secret."""

import random
from bisect import bisect
from itertools import accumulate

from evo.judging import draw_seed

READ, WRITE = 0, 1


def batch(family, draw, n, params):
    """Return n transactions: each a list of [key, write], one operation a step.

    Args:
        family: a key of FAMILIES.
        draw: the number of the draw.
        n: transactions.
        params: what `evaluate` was given; a run's secret is used where there is one.
    """
    if family in FIXED:
        return FIXED[family]
    rng = random.Random(draw_seed(f"batch, {family}/{n}/{draw}", params))
    found = FAMILIES[family](n, rng)
    names = list(range(1 + max(key for each in found for key, _ in each)))
    rng.shuffle(names)
    rng.shuffle(found)
    return [[[names[key], write] for key, write in each] for each in found]


def ranked(count, skew):
    """Return a function that draws a rank below `count`, the first ones most often: as 1 / (rank + 1) ** skew."""
    sums = list(accumulate((rank + 1.0) ** -skew for rank in range(count)))
    return lambda rng: bisect(sums, rng.random() * sums[-1])


def zipf(n, rng):
    """Keys of a store whose uses fall off as Zipf's law says; four in ten operations write."""
    key = ranked(150, 1.0)
    return [[[key(rng), int(rng.random() < 0.4)] for _ in range(rng.randint(3, 16))] for _ in range(n)]


def counters(n, rng):
    """Orders: a few counters that everybody raises somewhere on the way, and rows of their own."""
    key, found = ranked(6, 0.6), []
    for _ in range(n):
        own = [[10 + rng.randrange(400), int(rng.random() < 0.5)] for _ in range(rng.randint(4, 14))]
        for _ in range(rng.randint(1, 2)):
            own.insert(rng.randint(0, len(own)), [key(rng), WRITE])
        found.append(own)
    return found


def transfers(n, rng):
    """Accounts that are read first and written later, in pairs, some of them far more often than others."""
    key, found = ranked(60, 0.8), []
    for _ in range(n):
        accounts = list(dict.fromkeys(key(rng) for _ in range(rng.randint(1, 4))))
        later = rng.sample(accounts, len(accounts))
        found.append([[each, READ] for each in accounts] + [[each, WRITE] for each in later])
    return found


def followers(n, rng):
    """Long readers of many posts, and short writers of one or two: none of it is in the search."""
    key, found = ranked(80, 0.9), []
    for _ in range(n):
        if rng.random() < 0.4:
            found.append([[key(rng), READ] for _ in range(rng.randint(8, 22))])
        else:
            found.append([[key(rng), WRITE] for _ in range(rng.randint(1, 3))])
    return found


def stages(n, rng):
    """Work that passes through tables in one of two directions and locks a row of each: none of it is in the search."""
    found = []
    for _ in range(n):
        tables = sorted(rng.sample(range(12), rng.randint(3, 9)), reverse=rng.random() < 0.4)
        found.append([[4 * table + rng.randrange(4), int(rng.random() < 0.7)] for table in tables])
    return found


FAMILIES = {
    "zipf": zipf,
    "counters": counters,
    "transfers": transfers,
    "followers": followers,
    "stages": stages,
}

FIXED = {
    "hook": [[[0, WRITE], [1, READ], [1, READ], [1, READ]], [[1, READ], [1, READ], [1, READ], [0, WRITE]]],
    "readers": [*([[0, READ]] for _ in range(5)), [[0, WRITE]]],
    "queue": [[[0, WRITE], [each + 1, WRITE]] for each in range(6)],
}
"""Batches that can be run by hand; the second of "hook" fits under the first, and not the other way round."""
