"""Waves of transactions without a conflict, the longest ones in the first wave."""

import random

import numpy as np

NEVER = -(10**6)


def delays(transactions):
    """Return (n, n): how many steps after the first of two the second may begin, NEVER where they have no conflict."""
    found = np.full((len(transactions), len(transactions)), NEVER)
    uses = {}
    for which, each in enumerate(transactions):
        for at, (key, write) in enumerate(each):
            uses.setdefault(key, []).append((which, at, write))
    for each in uses.values():
        for one, at, write in each:
            for other, there, also in each:
                if one != other and (write or also):
                    found[one, other] = max(found[one, other], at - there + 1)
    return found


def ends(order, delay, lengths):
    """Return when the transactions end, in their order."""
    soonest, found = np.zeros(len(order), dtype=int), []
    for which in order:
        begin = soonest[which]
        found.append(int(begin) + lengths[which])
        np.maximum(soonest, begin + delay[which], out=soonest)
    return found


def weight(which, delay, lengths):
    """Return a number: the heavier a transaction, the sooner it is let in."""
    return lengths[which]


def few(left):
    """Return those that may be the next, out of all that are left, the heaviest first."""
    return left[:1]


def cost(which, last, soonest, delay, lengths):
    """Return what speaks against a transaction as the next one.

    Args:
        which: the transaction.
        last: the step at which all so far have ended.
        soonest: (n,) when each may begin.
    """
    return 0


def harm(which, soonest, delay):
    """Return what speaks against it for the sake of the others."""
    return 0


def tie(which, soonest):
    """Return what decides between transactions against which equally much speaks."""
    return 0


def build(delay, lengths):
    """Return an order, one transaction after another."""
    left = sorted(range(len(lengths)), key=lambda which: -weight(which, delay, lengths))
    order, last, soonest = [], 0, np.zeros(len(left), dtype=int)

    def against(which):
        return cost(which, last, soonest, delay, lengths) + harm(which, soonest, delay), tie(which, soonest)

    while left:
        which = min(few(left), key=against)
        left.remove(which)
        order.append(which)
        last = max(last, int(soonest[which]) + lengths[which])
        soonest = np.maximum(soonest, soonest[which] + delay[which])
    return order


def waves(order, delay):
    """Return an order in waves: each transaction in the first wave in which nobody is in its way."""
    found = []
    for which in order:
        free = [each for each in found if (delay[each, which] == NEVER).all()]
        if free:
            free[0].append(which)
        else:
            found.append([which])
    return [which for each in found for which in each]


def rounds(n):
    """Return how many changed orders are tried."""
    return n // 4


def changed(order, found, rng):
    """Return another order; `found` are the ends in this one."""
    return list(order)


def aim(found):
    """Return what is to be made less: of the ends, in their order."""
    return max(found)


def margin(share):
    """Return how much worse a changed order may be and is still gone on with; `share` of the rounds are over."""
    return 0


def improve(order, delay, lengths, rng):
    """Return the best of the orders that are met by changing one again and again."""
    found = ends(order, delay, lengths)
    best = order
    least = now = aim(found)
    for turn in range(rounds(len(order))):
        other = changed(order, found, rng)
        after = ends(other, delay, lengths)
        worth = aim(after)
        if worth <= now + margin(turn / rounds(len(order))):
            order, found, now = other, after, worth
        if worth < least:
            best, least = other, worth
    return best


def schedule(transactions):
    """Return the order in which transactions are let in, so that all have ended soon."""
    delay, lengths = delays(transactions), [len(each) for each in transactions]
    return improve(waves(build(delay, lengths), delay), delay, lengths, random.Random(1))
