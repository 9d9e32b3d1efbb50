"""Kick all hexagons with a strength drawn log-uniformly."""


def move(rows, rng):
    sigma = 10 ** rng.uniform(-2.5, -0.5)
    return spread(
        [[x + rng.gauss(0, sigma), y + rng.gauss(0, sigma), a + rng.gauss(0, 30 * sigma)] for x, y, a in rows]
    )
