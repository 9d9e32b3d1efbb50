"""Policies that the search never sees: what it is measured against, and what no idea may hand it."""


def wrong_order(cmp):
    """The distances of the neighbours that are in the wrong order with me."""
    reach = len(cmp) // 2
    offsets = [offset for offset in range(-reach, reach + 1) if offset]
    return [offset for offset, seen in zip(offsets, cmp, strict=True) if seen == (1 if offset < 0 else 3)]


def bubble_hop(cmp, mem, ok, coin):
    """Bubble, with a second coin that says whether to try a hop over the neighbour first."""
    side, wishes = (-1 if coin & 1 else 1), wrong_order(cmp)
    tries = (2 * side, side) if coin & 2 else (side,)
    return next((move for move in tries if move in wishes), 0), 0


def jump2(cmp, mem, ok, coin):
    """A coin picks a side; there, the farther neighbour comes first."""
    side, wishes = (-1 if coin & 1 else 1), wrong_order(cmp)
    return next((move for move in (2 * side, side) if move in wishes), 0), 0


def random_walk(cmp, mem, ok, coin):
    """Anywhere, always."""
    return (-1 if coin & 1 else 1), 0
