"""Start from a layout with a mirror axis: random pairs left and right, some on the axis."""


def place(n, rng):
    axis = n % 2 + 2 * rng.randrange(3)
    centers = [(0.5, rng.random()) for _ in range(axis)]
    while len(centers) < n:
        x, y = 0.5 * rng.random(), rng.random()
        centers += [(x, y), (1 - x, y)]
    return centers[:n]
