"""Begin by sorting pairs of neighbours."""


def opening(n):
    return [[i, i + 1] for i in range(0, n - 1, 2)]
