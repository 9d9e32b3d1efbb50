"""Start from a symmetric layout: random points and their images under half turns, quarter turns or mirrors."""


def place(n, rng):
    turns = {
        "half": [lambda x, y: (-x, -y)],
        "quarter": [lambda x, y: (-y, x), lambda x, y: (-x, -y), lambda x, y: (y, -x)],
        "mirror": [lambda x, y: (-x, y)],
        "mirrors": [lambda x, y: (-x, y), lambda x, y: (x, -y), lambda x, y: (-x, -y)],
    }
    images = turns[rng.choice(sorted(turns))]
    points = []
    while len(points) < n:
        x, y = rng.uniform(-0.5, 0.5), rng.uniform(-0.5, 0.5)
        orbit = [(x, y)] + [image(x, y) for image in images]
        points += orbit[: n - len(points)]
    return inside([[0.5 + x, 0.5 + y] for x, y in points])
