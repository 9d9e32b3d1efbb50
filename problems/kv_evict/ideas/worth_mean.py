"""Keep what got most attention for each query that could see it."""


def worth(t, keys, weights):
    return STATE["sum"][keys] / STATE["norm"][keys]
