"""One threshold for the whole layer says how many weights each row keeps."""

import numpy as np


def allot(scores, kept):
    best = np.argsort(-scores, axis=None, kind="stable")[:kept]
    return np.bincount(best // scores.shape[1], minlength=len(scores))
