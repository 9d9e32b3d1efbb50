"""Start from uniformly random centres in a rectangle of random shape."""


def place(n, rng):
    width = rng.uniform(0.7, 1.3)
    return [(width * rng.random(), (2 - width) * rng.random()) for _ in range(n)]
