"""Try the opening, no opening, and only a part of it; keep the smallest network after improvement."""


def build(n, rng, work):
    begun = opening(n)
    starts = [begun[: len(begun) * part // 2] for part in (0, 1, 2)]
    return min((improve(n, acting(n, start + closing(n)), rng, work // 3) for start in starts), key=len)
