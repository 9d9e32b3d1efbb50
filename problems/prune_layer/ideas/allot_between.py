"""Rows keep some weights each, and the rest go where they are worth most."""

import numpy as np


def allot(scores, kept):
    each = kept // (2 * len(scores))
    ordered = -np.sort(-scores, axis=1)[:, each:]
    best = np.argsort(-ordered, axis=None, kind="stable")[: kept - each * len(scores)]
    return each + np.bincount(best // ordered.shape[1], minlength=len(scores))
