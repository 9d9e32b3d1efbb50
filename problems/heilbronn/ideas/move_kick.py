"""Kick all points with a strength drawn log-uniformly, from a nudge to a shove."""


def move(points, rng):
    sigma = 10 ** rng.uniform(-2.5, -0.8)
    return inside([[x + rng.gauss(0, sigma), y + rng.gauss(0, sigma)] for x, y in points])
