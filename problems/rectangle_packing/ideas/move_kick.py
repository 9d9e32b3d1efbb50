"""Kick all centres with a strength drawn log-uniformly, relative to the mean radius."""


def move(circles, rng):
    sigma = sum(r for _, _, r in circles) / len(circles) * 10 ** rng.uniform(-1.5, 0.3)
    return [(x + rng.gauss(0, sigma), y + rng.gauss(0, sigma)) for x, y, _ in circles]
