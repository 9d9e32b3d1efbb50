"""Start from normally distributed points: round like a good arrangement, and different every time."""


def place(n, d, rng):
    return [[rng.gauss(0, 1) for _ in range(d)] for _ in range(n)]
