"""The dearest part counts in full, the others a little less, since they may be paid already."""


def combine(cost, parts):
    return cost + max(parts, default=0.0) + 0.8 * (sum(parts) - max(parts, default=0.0))
