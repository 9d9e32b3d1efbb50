"""What a layout may cost: a bound that nothing passes, and the best of many descents."""

import numpy as np

STARTS = 150
"""Descents of each layout."""


def cost(at, flows, distances):
    """Return the cost of a layout, facility -> place: flow times distance over all pairs, each once."""
    return int((flows * distances[np.ix_(at, at)]).sum()) // 2


def best_descents(flows, distances, rng, starts=STARTS):
    """Return for each layout the least cost over descents by the best swap of two, from places drawn by lot.

    All sums are of whole numbers below 2**53, so they are exact in whatever order they are made.

    Args:
        flows, distances: (layouts, n, n).
        rng: says where the descents begin.
        starts: descents of each.
    """
    layouts, n, _ = flows.shape
    at = rng.permuted(np.tile(np.arange(n), (layouts, starts, 1)), axis=2).reshape(-1, n)
    which = np.repeat(np.arange(layouts), starts)
    flow, far = flows.astype(float), distances.astype(float)
    moving = np.arange(len(at))
    while len(moving):
        chosen, gain = best_swaps(at[moving], flow[which[moving]], far[which[moving]])
        moving, chosen = moving[gain < 0], chosen[gain < 0]
        first, second = np.divmod(chosen, n)
        at[moving, first], at[moving, second] = at[moving, second], at[moving, first]
    costs = [cost(each, flows[layout], distances[layout]) for layout, each in zip(which, at, strict=True)]
    return np.array(costs).reshape(layouts, starts).min(axis=1)


def best_swaps(at, flows, far):
    """Return of each arrangement the best pair to be swapped, first * n + second, and what it changes the cost by."""
    rows, n = np.arange(len(at))[:, None, None], at.shape[1]
    near = far[rows, at[:, :, None], at[:, None, :]]
    mixed = flows @ near
    own = np.einsum("lii->li", mixed)
    change = mixed + mixed.transpose(0, 2, 1) - own[:, :, None] - own[:, None, :] + 2 * flows * near
    change[:, np.arange(n), np.arange(n)] = 0
    flat = change.reshape(len(at), -1)
    chosen = flat.argmin(axis=1)
    return chosen, np.take_along_axis(flat, chosen[:, None], axis=1)[:, 0]


def gilmore_lawler(flows, distances):
    """Return a whole number that no layout costs less than.

    P. Gilmore, Optimal and suboptimal algorithms for the quadratic assignment problem, J. SIAM 10 (1962). A facility at
    a place costs at least its largest flows times the place's shortest distances; who goes where is then an assignment.
    """
    n = len(flows)
    off = ~np.eye(n, dtype=bool)
    largest = -np.sort(-flows[off].reshape(n, n - 1), axis=1)
    shortest = np.sort(distances[off].reshape(n, n - 1), axis=1)
    twice = assignment(
        [[sum(map(int.__mul__, row, column)) for column in shortest.tolist()] for row in largest.tolist()]
    )
    return (twice + 1) // 2


def assignment(costs):
    """Return the least sum of a table of whole numbers with one entry in each row and column (the Hungarian method)."""
    n, far = len(costs), 1 << 60
    row_price, column_price, owner = [0] * (n + 1), [0] * (n + 1), [0] * (n + 1)
    for row in range(1, n + 1):
        owner[0], column = row, 0
        slack, before, used = [far] * (n + 1), [0] * (n + 1), [False] * (n + 1)
        while owner[column]:
            used[column], least, ahead = True, far, 0
            for other in range(1, n + 1):
                if not used[other]:
                    left = costs[owner[column] - 1][other - 1] - row_price[owner[column]] - column_price[other]
                    if left < slack[other]:
                        slack[other], before[other] = left, column
                    if slack[other] < least:
                        least, ahead = slack[other], other
            for other in range(n + 1):
                if used[other]:
                    row_price[owner[other]] += least
                    column_price[other] -= least
                else:
                    slack[other] -= least
            column = ahead
        while column:
            owner[column], column = owner[before[column]], before[column]
    return sum(costs[owner[column] - 1][column - 1] for column in range(1, n + 1))
