"""Make the longer factors of neighbouring pairs orthogonal, so that no two of them look the same way."""

import numpy as np


def directions(rng, pairs, m, n):
    a, b = inner_directions(rng, pairs, m, n)
    rank = b.shape[1]
    rows = b.reshape(pairs * rank, n)
    for first in range(0, len(rows), n):
        block = rows[first : first + n]
        basis = np.linalg.qr(block.T)[0].T
        rows[first : first + n] = basis * np.sqrt(n)
    return a, rows.reshape(pairs, rank, n)
