"""One operator after another, the largest rank first, at the first steps at which a unit is left for it."""

from heapq import heappop, heappush


def build(kinds, needs, delay, units, ranks):
    after, left = followers(needs), [len(before) for before in needs]
    ready = [(-ranks[which], which) for which, count in enumerate(left) if not count]
    begins, busy = [0] * len(kinds), [{} for _ in units]
    ready.sort()
    while ready:
        which = heappop(ready)[1]
        kind = kinds[which]
        now = max((begins[each] + delay[kinds[each]] for each in needs[which]), default=0)
        while any(busy[kind].get(now + step, 0) >= units[kind] for step in range(delay[kind])):
            now += 1
        begins[which] = now
        for step in range(now, now + delay[kind]):
            busy[kind][step] = busy[kind].get(step, 0) + 1
        for each in after[which]:
            left[each] -= 1
            if not left[each]:
                heappush(ready, (-ranks[each], each))
    return begins
