"""Let a query say of a key only whether it gives it more than an even share."""


def seen(t, keys, weights):
    return 1.0 * (weights > 1.0 / len(keys))
