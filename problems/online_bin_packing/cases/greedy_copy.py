"""Best fit that also tampers with its copy of the bins and answers with an array: neither changes anything."""

import numpy as np


def priority(item, bins):
    rated = np.array([item - room for room in bins[:-1]] + [-10_000], dtype=np.int32)
    bins[:] = [10**6] * len(bins)
    return rated
