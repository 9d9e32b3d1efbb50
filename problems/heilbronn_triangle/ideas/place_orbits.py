"""Start from a symmetric layout: random points and their images when the three corners are exchanged or turned."""


def place(n, rng):
    turning = rng.random() < 0.5
    points = []
    while len(points) < n:
        x, y = rng.random(), rng.random()
        if x + y > 1:
            x, y = 1 - x, 1 - y
        z = 1 - x - y
        orbit = [[x, y], [y, z], [z, x]] if turning else [[x, y], [y, x]]
        points += orbit[: n - len(points)]
    return inside(points)
