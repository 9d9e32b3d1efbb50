"""Greedy bubble: both sides are looked at, and a coin decides where both pairs are in the wrong order."""


def offsets():
    """Return the distances of the neighbours that matter."""
    return (-1, 1)


def wrong(cmp, offset):
    """Tell whether the pair with the neighbour at this distance is in the wrong order."""
    reach = len(cmp) // 2
    if abs(offset) > reach:
        return False
    seen = cmp[reach + offset - (offset > 0)]
    return seen == (1 if offset < 0 else 3)


def pick(wishes, mem, ok, coin):
    """Choose one of the moves that would put a pair in order, or none: 0."""
    return wishes[coin % len(wishes)]


def remember(move, mem, ok, coin):
    """Return the new memory."""
    return mem


def policy(cmp, mem, ok, coin):
    """Return how far to go, and what to remember."""
    wishes = [offset for offset in offsets() if wrong(cmp, offset)]
    move = pick(wishes, mem, ok, coin) if wishes else 0
    return move, remember(move, mem, ok, coin)
