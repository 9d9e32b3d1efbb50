"""The longest way first, then backwards and forwards by turns while that takes off steps (Li and Willis, 1992)."""

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


def turned(begins, kinds, needs, delay, units):
    """Return a schedule that is built backwards, whoever ended last going first."""
    ends = [begin + delay[kind] for begin, kind in zip(begins, kinds, strict=True)]
    size = len(kinds) - 1
    upside = [[size - each for each in after] for after in followers(needs)[::-1]]
    back = build(kinds[::-1], upside, delay, units, ends[::-1])[::-1]
    late = [-begin - delay[kind] for begin, kind in zip(back, kinds, strict=True)]
    return [begin - min(late) for begin in late]


def schedule(kinds, needs, delay, units):
    """Return the step at which each operator begins."""
    best = build(kinds, needs, delay, units, ways(kinds, needs, delay))
    while True:
        back = turned(best, kinds, needs, delay, units)
        again = build(kinds, needs, delay, units, [-begin for begin in back])
        found = min(back, again, key=lambda begins: steps(kinds, delay, begins))
        if steps(kinds, delay, found) >= steps(kinds, delay, best):
            return best
        best = found
