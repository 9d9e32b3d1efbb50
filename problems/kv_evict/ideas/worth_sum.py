"""Keep what got most attention in all."""


def worth(t, keys, weights):
    return STATE["sum"][keys]
