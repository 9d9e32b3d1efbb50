"""Break the symmetry of the start by shaking all centres a little."""


def place(n, rng):
    sigma = 0.03
    return [
        (min(max(x + rng.gauss(0, sigma), 0.0), 1.0), min(max(y + rng.gauss(0, sigma), 0.0), 1.0))
        for x, y in inner_place(n, rng)
    ]
