"""Having improved, improve once more from there."""


def improve(points, chosen, rng):
    return inner_improve(points, inner_improve(points, chosen, rng), rng)
