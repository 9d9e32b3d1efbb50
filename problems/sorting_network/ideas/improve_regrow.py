"""Cut the end off at a random place and grow it again, each time with the comparator that leaves fewest outputs."""

import numpy as np


def improve(n, network, rng, work):
    best = inner_improve(n, network, rng, work)
    pairs = [[i, j] for i in range(n) for j in range(i + 1, n)]
    while work > 0:
        trial = best[: rng.randrange(len(best))]
        values = np.arange(1 << n)
        for i, j in trial:
            values = np.unique(values ^ (values >> i & ~(values >> j) & 1) * (1 << i | 1 << j))
        while len(values) > n + 1 and len(trial) < len(best):
            outputs = [np.unique(values ^ (values >> i & ~(values >> j) & 1) * (1 << i | 1 << j)) for i, j in pairs]
            k = min(range(len(pairs)), key=lambda k: (len(outputs[k]), rng.random()))
            trial, values = [*trial, pairs[k]], outputs[k]
            work -= 1
        if len(values) == n + 1:
            best = trial
        work -= 1
    return best
