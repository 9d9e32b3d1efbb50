"""Gilmore's heuristic: the bound of Gilmore and Lawler for what is left says which pair is fixed next."""

import numpy as np


def next_pair(at, flows, distances):
    """Return a pair of the assignment by which the bound is reached: the one that would be dearest to miss."""
    at = np.array(at)
    facilities, there = np.flatnonzero(at < 0), np.flatnonzero(at >= 0)
    places = np.setdiff1d(np.arange(len(at)), at)
    table = pair_bounds(flows[np.ix_(facilities, facilities)], distances[np.ix_(places, places)])
    table = table + 2 * flows[np.ix_(facilities, there)] @ distances[np.ix_(at[there], places)]
    columns = assigned(table.tolist())
    second = np.sort(table, axis=1)[:, min(1, len(places) - 1)]
    best = int(np.argmax(second - table[np.arange(len(table)), columns]))
    return [int(facilities[best]), int(places[columns[best]])]


def pair_bounds(flows, far):
    """Return what each facility costs at each place with the others, at least: large flows over short distances."""
    n = len(flows)
    if n == 1:
        return np.zeros((1, 1), np.int64)
    off = ~np.eye(n, dtype=bool)
    largest = -np.sort(-flows[off].reshape(n, n - 1), axis=1)
    return largest @ np.sort(far[off].reshape(n, n - 1), axis=1).T


def assigned(costs):
    """Return the column of each row in a cheapest assignment (shortest augmenting paths)."""
    n, far = len(costs), 1 << 60
    rows, columns, owner = [0] * (n + 1), [0] * (n + 1), [0] * (n + 1)
    for row in range(1, n + 1):
        owner[0], column = row, 0
        slack, before, used = [far] * (n + 1), [0] * (n + 1), [False] * (n + 1)
        while owner[column]:
            used[column], least, ahead = True, far, 0
            for other in range(1, n + 1):
                if not used[other]:
                    left = costs[owner[column] - 1][other - 1] - rows[owner[column]] - columns[other]
                    if left < slack[other]:
                        slack[other], before[other] = left, column
                    if slack[other] < least:
                        least, ahead = slack[other], other
            for other in range(n + 1):
                if used[other]:
                    rows[owner[other]] += least
                    columns[other] -= least
                else:
                    slack[other] -= least
            column = ahead
        while column:
            owner[column], column = owner[before[column]], before[column]
    found = [0] * n
    for column in range(1, n + 1):
        found[owner[column] - 1] = column - 1
    return found
