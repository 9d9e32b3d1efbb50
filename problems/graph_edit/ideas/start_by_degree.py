"""Begin with the nodes of either graph sorted by their degrees."""

import numpy as np


def start(first, second, costs, nodes):
    n, m = len(first["labels"]), len(second["labels"])
    mine, theirs = (np.bincount(np.ravel(g["edges"]).astype(int), minlength=k) for g, k in ((first, n), (second, m)))
    rows = [*np.argsort(-mine, kind="stable"), *range(n, n + m)]
    columns = [*np.argsort(-theirs, kind="stable"), *range(m, m + n)]
    order = np.zeros(n + m, dtype=int)
    order[rows] = columns
    return order
