"""Whose mean affinity has risen is about to overflow: lower its bias by a part of that at once."""


def further(step, mean, t):
    moved = mean - WORLD.get("mean", mean)
    WORLD["mean"] = mean
    return step - 0.2 * moved
