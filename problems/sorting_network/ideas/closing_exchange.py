"""Merge exchange: sort what interleaves and merge it, with powers of two as the stride (Batcher)."""


def closing(n):
    network = []
    top = p = 1 << max((n - 1).bit_length() - 1, 0)
    while p > 0:
        q, r, d = top, 0, p
        while d > 0:
            network += [[i, i + d] for i in range(n - d) if i & p == r]
            d, r = q - p, p
            q >>= 1
        p >>= 1
    return network
