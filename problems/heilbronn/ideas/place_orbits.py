"""Start from a symmetric layout: orbits of random points under turns and mirrors of the square, while there is room."""

TURNS = {
    "half": ((-1, 0, 0, -1),),
    "quarter": ((0, -1, 1, 0), (-1, 0, 0, -1), (0, 1, -1, 0)),
    "mirror": ((-1, 0, 0, 1),),
    "mirrors": ((-1, 0, 0, 1), (1, 0, 0, -1), (-1, 0, 0, -1)),
    "diagonal": ((0, 1, 1, 0),),
    "diagonals": ((0, 1, 1, 0), (0, -1, -1, 0), (-1, 0, 0, -1)),
}


def orbits(n, rng):
    images = TURNS[rng.choice(sorted(TURNS))]
    points = []
    while len(points) < n:
        x, y = rng.uniform(-0.5, 0.5), rng.uniform(-0.5, 0.5)
        x, y = rng.choice([(x, y), (x, y), (x, y), (0.0, y), (x, x)])
        orbit = {(x, y)} | {(a * x + b * y, c * x + d * y) for a, b, c, d in images}
        if len(orbit) <= n - len(points) or rng.random() < 0.1:
            points += sorted(orbit)[: n - len(points)]
    return inside([[0.5 + x, 0.5 + y] for x, y in points])


def place(n, rng):
    for _ in range(20):
        points = orbits(n, rng)
        if smallest(points) > 1e-6:
            break
    return points
