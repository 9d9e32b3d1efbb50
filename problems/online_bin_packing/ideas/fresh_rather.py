"""Open a fresh bin rather than accept a bin that is rated badly."""


def fresh(item, capacity):
    return -0.3 * capacity
