"""Start from uniformly random centres: the best of several draws, judged by their radii alone."""


def place(n, rng):
    draws = [[(rng.random(), rng.random()) for _ in range(n)] for _ in range(4)]
    return max(draws, key=lambda centers: sum(radii(centers)))
