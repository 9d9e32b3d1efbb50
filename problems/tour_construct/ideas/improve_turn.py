"""Turn a stretch of the way round where that makes it shorter (2-opt), a few times."""

import numpy as np


def improve(here, path, first, far):
    way = np.array([here, *path, first])
    for _ in range(3):
        table = far[np.ix_(way, way)]
        steps = np.diagonal(table, 1)
        gain = np.triu(steps[:, None] + steps[None, :] - table[:-1, :-1] - table[1:, 1:], 2)
        start, end = divmod(int(gain.argmax()), len(steps))
        if gain[start, end] <= 0:
            break
        way[start + 1 : end + 1] = way[start + 1 : end + 1][::-1]
    return way[1:-1]
