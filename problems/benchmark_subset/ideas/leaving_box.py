"""Where the worst box holds too many, one inside is swapped out; where it holds too few, one outside."""

import numpy as np


def leaving(points, chosen, rng):
    _, corner, crowded = worst_box(points, chosen)
    inside = np.all(points[chosen] <= np.array(corner), axis=1)
    return [rng.choice([each for each, within in zip(chosen, inside, strict=True) if within == crowded] or chosen)]
