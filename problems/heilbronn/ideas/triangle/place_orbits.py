"""Start from a symmetric layout: orbits of random points when corners are exchanged or turned, while there is room."""

import itertools

IMAGES = {
    "turn": ((0, 1, 2), (1, 2, 0), (2, 0, 1)),
    "exchange": ((0, 1, 2), (1, 0, 2)),
    "all": tuple(itertools.permutations(range(3))),
}


def orbits(n, rng):
    images = IMAGES[rng.choice(sorted(IMAGES))]
    points = []
    while len(points) < n:
        cuts = sorted((rng.random(), rng.random()))
        corners = (cuts[0], cuts[1] - cuts[0], 1 - cuts[1])
        if rng.random() < 0.3:
            corners = ((1 - corners[2]) / 2, (1 - corners[2]) / 2, corners[2])
        orbit = sorted({(corners[i], corners[j]) for i, j, _ in images})
        if len(orbit) <= n - len(points) or rng.random() < 0.1:
            points += orbit[: n - len(points)]
    return inside([list(point) for point in points])


def place(n, rng):
    for _ in range(20):
        points = orbits(n, rng)
        if smallest(points) > 1e-6:
            break
    return points
