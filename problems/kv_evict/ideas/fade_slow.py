"""Let what was said long ago count less."""


def fade(t, keys, weights):
    return 0.98
