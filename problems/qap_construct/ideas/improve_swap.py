"""Swap two that may still move where that is cheapest, a few times."""

import numpy as np


def improve(at, movable, flows, far):
    if (at < 0).any():
        return at
    at, fixed = at.copy(), ~movable
    for _ in range(2):
        near = far[np.ix_(at, at)]
        mixed = flows @ near
        own = np.diagonal(mixed)
        change = mixed + mixed.T - own[:, None] - own[None, :] + 2 * flows * near
        change[fixed], change[:, fixed] = 0, 0
        first, second = divmod(int(change.argmin()), len(at))
        if change[first, second] >= 0:
            break
        at[first], at[second] = at[second], at[first]
    return at
