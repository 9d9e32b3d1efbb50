"""Kick all centres with a strength drawn log-uniformly, from a nudge to a shove."""


def move(circles, rng):
    sigma = 10 ** rng.uniform(-2.5, -1.0)
    return [
        (min(max(x + rng.gauss(0, sigma), 0.0), 1.0), min(max(y + rng.gauss(0, sigma), 0.0), 1.0))
        for x, y, _ in circles
    ]
