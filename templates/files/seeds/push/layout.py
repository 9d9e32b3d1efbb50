"""Where the points begin."""


def start(n, rng):
    """Return n random points."""
    return [[rng.random(), rng.random()] for _ in range(n)]
