"""Shortest makespan first: of five drawn from those left, whoever adds the fewest steps to the end is let in next."""

import random

DRAWN = 5


def schedule(transactions):
    """Return the order in which transactions are let in."""
    rng = random.Random(1)
    left, order, last, free = list(range(len(transactions))), [], 0, {}
    while left:
        some = rng.sample(left, min(DRAWN, len(left)))
        begins = {which: soonest(transactions[which], free) for which in some}
        which = min(some, key=lambda which: max(last, begins[which] + len(transactions[which])))
        left.remove(which)
        order.append(which)
        last = max(last, begins[which] + len(transactions[which]))
        run(transactions[which], begins[which], free)
    return order


def soonest(operations, free):
    """Return when a transaction may begin."""
    waits = [0]
    for at, (key, write) in enumerate(operations):
        after_reads, after_writes = free.get(key, (0, 0))
        waits.append((max(after_reads, after_writes) if write else after_writes) - at)
    return max(waits)


def run(operations, begin, free):
    """Note until when the keys of a transaction are taken, by its reads and its writes."""
    for at, (key, write) in enumerate(operations):
        ends = list(free.get(key, (0, 0)))
        ends[write] = max(ends[write], begin + at + 1)
        free[key] = tuple(ends)
