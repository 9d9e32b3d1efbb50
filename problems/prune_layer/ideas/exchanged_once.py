"""Exchange the least weight that stays in a row with the best that went, where that lowers the error."""

import numpy as np


def exchanged(mask, W, H):
    scores = importance(W, H)
    for i, row in enumerate(mask):
        if 0 < row.sum() < len(row):
            out, back = int(np.where(row, scores[i], np.inf).argmin()), int(np.where(row, -np.inf, scores[i]).argmax())
            gone = np.where(row, 0.0, W[i])
            other = gone.copy()
            other[out], other[back] = W[i, out], 0.0
            if other @ H @ other < gone @ H @ gone:
                row[out], row[back] = False, True
    return mask
