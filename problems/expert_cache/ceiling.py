"""What can be reached: the optimum that knows the future (L. A. Belady 1966), and the least recently used.

Where several experts are needed at once and stay until the next token, sending away what is used again farthest in the
future still gives the fewest misses: every expert costs the same, and only the next use of each matters.
"""

import numpy as np


def belady(used, experts, slots):
    """Return the fewest misses.

    Args:
        used: experts used, (tokens, layers, active).
        experts: how many there are.
        slots: of the fast memory of each layer, at least as many as are active.
    """
    return sum(_misses(used[:, layer], experts, slots, _next_uses(used[:, layer], experts)) for layer in _layers(used))


def recent(used, experts, slots):
    """Return the misses of a cache that sends away what was used longest ago; arguments as `belady`."""
    return sum(_misses(used[:, layer], experts, slots, None) for layer in _layers(used))


def residents(used, experts, slots):
    """Return who is in the optimal cache of one layer after each token, as an array (tokens, experts) of truths."""
    kept = np.zeros((len(used), experts), dtype=bool)
    _misses(used, experts, slots, _next_uses(used, experts), kept)
    return kept


def _layers(used):
    return range(used.shape[1])


def _next_uses(used, experts):
    """Return for each token and expert when it is used next after that token."""
    following = np.full((len(used), experts), len(used) + 1)
    for t in range(len(used) - 2, -1, -1):
        following[t] = following[t + 1]
        following[t, used[t + 1]] = t + 1
    return following


def _misses(used, experts, slots, following, kept=None):
    resident, last, misses = np.zeros(experts, dtype=bool), np.full(experts, -1), 0
    for t, wanted in enumerate(used):
        misses += int((~resident[wanted]).sum())
        resident[wanted] = True
        last[wanted] = t
        over = int(resident.sum()) - slots
        if over > 0:
            order = np.where(resident, last if following is None else -following[t], len(used))
            order[wanted] = len(used)
            resident[np.argsort(order, kind="stable")[:over]] = False
        if kept is not None:
            kept[t] = resident
    return misses
