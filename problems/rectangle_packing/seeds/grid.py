"""Equal circles on a grid with as many rows as columns, or one more."""

import math
import random


def place(n, rng):
    """Return n centres on the smallest grid that has room for them, row by row."""
    columns = math.ceil(math.sqrt(n))
    return [(float(k % columns), float(k // columns)) for k in range(n)]


def radii(centers):
    """Return half the distance to the nearest neighbour."""
    if len(centers) == 1:
        return [1.0]
    return [min(math.dist(a, b) for j, b in enumerate(centers) if j != i) / 2 for i, a in enumerate(centers)]


def total(circles):
    """Return the sum of the radii at the scale at which width + height of the box is 2."""
    around = sum(max(c[k] + c[2] for c in circles) - min(c[k] - c[2] for c in circles) for k in (0, 1))
    return 2 * math.fsum(r for _, _, r in circles) / around if around > 0 else 0.0


def measured(centers):
    return [(x, y, r) for (x, y), r in zip(centers, radii(centers), strict=True)]


def polish(circles):
    """Improve circles locally; here they stay as they are."""
    return circles


def move(circles, rng):
    """Return the centres with one of them moved a little."""
    centers = [(x, y) for x, y, _ in circles]
    k = rng.randrange(len(centers))
    x, y, r = circles[k]
    centers[k] = (x + rng.gauss(0, r), y + rng.gauss(0, r))
    return centers


def accept(trial, current):
    """Tell whether the search goes on from the trial."""
    return total(trial) > total(current)


def search(n, rng, work):
    """Try a few moves away from one layout, then polish it once."""
    current = measured(place(n, rng))
    for _ in range(min(work, 8)):
        trial = measured(move(current, rng))
        if accept(trial, current):
            current = trial
    return polish(current)


def finish(circles):
    """Return plain lists, scaled to the rectangle and shrunk so that rounding leaves no overlap."""
    around = sum(max(c[k] + c[2] for c in circles) - min(c[k] - c[2] for c in circles) for k in (0, 1))
    left, low = (min(c[k] - c[2] for c in circles) for k in (0, 1))
    scale = 2 / around
    return [
        [float((x - left) * scale), float((y - low) * scale), float(r * scale * (1 - 1e-10))] for x, y, r in circles
    ]


def pack(n, seed, work):
    """Return n circles [x, y, r] in a rectangle of perimeter 4; at most `work` layouts are polished."""
    return finish(search(n, random.Random(seed), work))
