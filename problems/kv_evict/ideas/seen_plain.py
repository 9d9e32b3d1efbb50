"""Let a query say of each key what it gives it."""


def seen(t, keys, weights):
    return weights
