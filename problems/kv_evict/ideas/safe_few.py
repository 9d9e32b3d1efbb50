"""The last few keys stay in any case."""


def safe(t, keys):
    return inner_safe(t, keys) | (keys > t - 6)
