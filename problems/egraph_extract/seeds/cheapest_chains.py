"""The cheapest chain is chosen: of the classes that a node takes, the dearest counts."""

import random
from heapq import heappop, heappush


def combine(cost, parts):
    """Return the value of a node: its own cost, and the values of the classes that it takes. The least is chosen."""
    return cost + max(parts, default=0.0)


def rate(node, users):
    """Return the factor on a node's cost to begin with; `users` is how many nodes could take its class."""
    return 1.0


def settled(classes, factors):
    """Return each class's node, chosen bottom up: the least value is settled first, so there are no circles.

    Args:
        classes: for each class its nodes, [cost, [classes that it takes]].
        factors: for each class those on its nodes' costs.
    """
    users, left, ahead = [[] for _ in classes], [[0] * len(nodes) for nodes in classes], []
    for at, nodes in enumerate(classes):
        for place, (cost, below) in enumerate(nodes):
            left[at][place] = len(below)
            for child in below:
                users[child].append((at, place))
            if not below:
                heappush(ahead, (combine(factors[at][place] * cost, []), at, place))
    values, pick = [None] * len(classes), [-1] * len(classes)
    while ahead:
        value, at, place = heappop(ahead)
        if values[at] is None:
            values[at], pick[at] = value, place
            for user, node in users[at]:
                left[user][node] -= 1
                if not left[user][node] and values[user] is None:
                    cost, below = classes[user][node]
                    parts = [values[child] for child in below]
                    heappush(ahead, (combine(factors[user][node] * cost, parts), user, node))
    return pick


def needed(classes, root, pick):
    """Return the classes that the root comes to need, or None where there is a circle."""
    state, stack = {}, [(root, False)]
    while stack:
        at, done = stack.pop()
        if done:
            state[at] = True
        elif at not in state:
            state[at] = False
            stack.append((at, True))
            for child in classes[at][pick[at]][1]:
                if state.get(child) is False:
                    return None
                stack.append((child, False))
    return list(state)


def price(classes, used, pick):
    """Return the cost of what is chosen of some classes."""
    return sum(classes[at][pick[at]][0] for at in used)


def passes():
    """Return how often nodes are chosen again, knowing which classes were needed the last time."""
    return 1


def bonus(cost):
    """Return a node's cost in the next pass, where its class was needed."""
    return cost


def choose(classes, root, factors):
    """Return each class's node after some passes, the cheapest of them."""
    found, costs = [], [[cost for cost, _ in nodes] for nodes in classes]
    for _ in range(passes()):
        now = [
            [[cost, below] for cost, (_, below) in zip(row, nodes, strict=True)]
            for row, nodes in zip(costs, classes, strict=True)
        ]
        pick = settled(now, factors)
        used = needed(classes, root, pick)
        found.append((price(classes, used, pick), len(found), pick))
        costs = [[cost for cost, _ in nodes] for nodes in classes]
        for at in used:
            costs[at] = [bonus(cost) for cost in costs[at]]
    return min(found)[2]


def suspects(classes, used, pick):
    """Return the classes of which other nodes are tried in the end, one after another."""
    return []


def options(nodes, place):
    """Return the places of nodes that are tried in place of the one at `place`."""
    return []


def mended(classes, root, pick):
    """Return the choice after switching single classes where that makes all of it cheaper and no circle."""
    least = price(classes, needed(classes, root, pick), pick)
    for at in suspects(classes, needed(classes, root, pick), pick):
        for place in options(classes[at], pick[at]):
            other = [*pick[:at], place, *pick[at + 1 :]]
            used = needed(classes, root, other)
            if used is not None and price(classes, used, other) < least:
                pick, least = other, price(classes, used, other)
    return pick


def rounds():
    """Return how many changed factors are tried."""
    return 5


def changed(factors, used, pick, rng):
    """Return other factors; `used` are the classes that are needed with these."""
    return [list(row) for row in factors]


def margin(share):
    """Return by what part a choice may be dearer and is still gone on with; `share` of the rounds are over."""
    return 0


def improve(classes, root, factors, rng):
    """Return the cheapest choice that is met by changing factors again and again."""
    pick = choose(classes, root, factors)
    used = needed(classes, root, pick)
    best, now = pick, price(classes, used, pick)
    least = now
    for turn in range(rounds()):
        other = changed(factors, used, pick, rng)
        after = choose(classes, root, other)
        want = needed(classes, root, after)
        worth = price(classes, want, after)
        if worth <= now * (1 + margin(turn / rounds())):
            factors, pick, used, now = other, after, want, worth
        if worth < least:
            best, least = after, worth
    return best


def extract(classes, root):
    """Return for each class the place of its chosen node, -1 where it is not needed."""
    users = [0] * len(classes)
    for nodes in classes:
        for _, below in nodes:
            for child in below:
                users[child] += 1
    factors = [[rate(node, users[at]) for node in nodes] for at, nodes in enumerate(classes)]
    pick = mended(classes, root, improve(classes, root, factors, random.Random(1)))
    used = set(needed(classes, root, pick))
    return [pick[at] if at in used else -1 for at in range(len(classes))]
