"""Draw signs in place of normal numbers for the factors: their lengths are then all alike."""


def directions(rng, pairs, m, n):
    a, b = inner_directions(rng, pairs, m, n)
    return (rng.random(a.shape) < 0.5) * 2.0 - 1.0, b
