"""Start from uniformly random points, a fresh draw every time."""


def place(n, rng):
    points = []
    while len(points) < n:
        x, y = rng.random(), rng.random()
        points.append([x, y] if x + y <= 1 else [1 - x, 1 - y])
    return inside(points)
