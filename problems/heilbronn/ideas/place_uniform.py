"""Start from uniformly random points, a fresh draw every time."""


def place(n, rng):
    return inside([[rng.random(), rng.random()] for _ in range(n)])
