"""Take the terms that explain most one after the other, as long as each explains a good part of what is left."""

import numpy as np


def select(terms, y):
    chosen, left = [], y - y.mean()
    table = np.stack([each[1] - each[1].mean() for each in terms], axis=1)
    table = table / np.maximum(np.linalg.norm(table, axis=0), 1e-12)
    for _ in range(6):
        tried = [*chosen, int(np.abs(left @ table).argmax())]
        columns = np.stack([np.ones(len(y)), *[terms[place][1] for place in tried]], axis=1)
        after = y - columns @ weigh(columns, y)
        if (after**2).sum() > 0.7 * (left**2).sum():
            break
        chosen, left = tried, after
    return sorted(set(chosen))
