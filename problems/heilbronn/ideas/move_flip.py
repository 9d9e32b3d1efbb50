"""Flip a corner of one of the smallest triangles across the opposite side, so that its orientation changes."""


def move(points, rng):
    def twice(t):
        a, b, c = (points[k] for k in t)
        return abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))

    triangles = sorted(itertools.combinations(range(len(points)), 3), key=twice)
    corners = rng.choice(triangles[: len(points)])
    k, i, j = rng.sample(corners, 3)
    (ax, ay), (bx, by), (x, y) = points[i], points[j], points[k]
    dx, dy = bx - ax, by - ay
    share = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy + 1e-12)
    reach = rng.uniform(1, 3)
    changed = [list(point) for point in points]
    changed[k] = [x + reach * (ax + share * dx - x), y + reach * (ay + share * dy - y)]
    return inside(changed)
