"""Keep more vectors, the longer the sequence is."""


def count(i):
    return 4 + i // 3
