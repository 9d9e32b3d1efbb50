"""Whoever has the most operators behind it that take its result begins first."""

import random
from heapq import heapify, heappop, heappush


def followers(needs):
    """Return for each operator those that take its result."""
    found = [[] for _ in needs]
    for which, before in enumerate(needs):
        for each in before:
            found[each].append(which)
    return found


def ways(kinds, needs, delay):
    """Return for each operator the steps that chains need from its begin to the end of all."""
    found = [delay[kind] for kind in kinds]
    for which in reversed(range(len(kinds))):
        for each in needs[which]:
            found[each] = max(found[each], delay[kinds[each]] + found[which])
    return found


def rank(which, way, after):
    """Return a number: of operators that could begin now, the one with the largest does.

    Args:
        which: the operator.
        way: steps from each operator's begin to the end of all.
        after: for each operator those that take its result.
    """
    return len(after[which])


def besides(which, kinds, way, after):
    """Return what is added to an operator's rank."""
    return 0


def build(kinds, needs, delay, units, ranks):
    """Return the step at which each operator begins: as soon as it can and its rank is the largest."""
    left, after, free = [len(before) for before in needs], followers(needs), list(units)
    begins, running, now = [0] * len(kinds), [], 0
    ready = [[] for _ in units]
    for which, count in enumerate(left):
        if not count:
            ready[kinds[which]].append((-ranks[which], which))
    for each in ready:
        heapify(each)
    while True:
        for kind, waiting in enumerate(ready):
            while waiting and free[kind]:
                which = heappop(waiting)[1]
                begins[which], free[kind] = now, free[kind] - 1
                heappush(running, (now + delay[kind], which))
        if not running:
            return begins
        now = running[0][0]
        while running and running[0][0] == now:
            done = heappop(running)[1]
            free[kinds[done]] += 1
            for which in after[done]:
                left[which] -= 1
                if not left[which]:
                    heappush(ready[kinds[which]], (-ranks[which], which))


def steps(kinds, delay, begins):
    """Return the steps that a schedule takes."""
    return max(begin + delay[kind] for begin, kind in zip(begins, kinds, strict=True))


def settle(begins, kinds, needs, delay, units):
    """Return the schedule after something was done to it as a whole."""
    return begins


def rounds():
    """Return how many changed ranks are tried."""
    return 10


def changed(ranks, begins, needs, rng):
    """Return other ranks; `begins` is the schedule that these gave."""
    return list(ranks)


def aim(kinds, delay, begins):
    """Return what is to be made less."""
    return steps(kinds, delay, begins)


def margin(share):
    """Return how much worse changed ranks may be and are still gone on with; `share` of the rounds are over."""
    return 0


def improve(ranks, kinds, needs, delay, units):
    """Return the best schedule that is met by changing the ranks again and again."""
    rng = random.Random(1)
    begins = settle(build(kinds, needs, delay, units, ranks), kinds, needs, delay, units)
    best, now = begins, aim(kinds, delay, begins)
    least = now
    for turn in range(rounds()):
        other = changed(ranks, begins, needs, rng)
        after = settle(build(kinds, needs, delay, units, other), kinds, needs, delay, units)
        worth = aim(kinds, delay, after)
        if worth <= now + margin(turn / rounds()):
            ranks, begins, now = other, after, worth
        if worth < least:
            best, least = after, worth
    return best


def schedule(kinds, needs, delay, units):
    """Return the step at which each operator begins."""
    way, after = ways(kinds, needs, delay), followers(needs)
    ranks = [rank(which, way, after) + besides(which, kinds, way, after) for which in range(len(kinds))]
    return improve(ranks, kinds, needs, delay, units)
