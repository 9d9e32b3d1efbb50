"""Points on two circles, one in the other, then a few small moves."""

import itertools
import math
import random


def place(n, rng):
    """Return points at equal angles of two circles, two thirds of them on the outer one."""
    outer = (2 * n + 2) // 3
    points = []
    for count, radius, turn in ((outer, 0.5, 0.0), (n - outer, 0.21, 0.37)):
        for k in range(count):
            angle = 2 * math.pi * (k + turn) / count
            points.append([0.5 + radius * math.cos(angle), 0.5 + radius * math.sin(angle)])
    return inside([[x + rng.gauss(0, 0.01), y + rng.gauss(0, 0.01)] for x, y in points])


def inside(points):
    """Return the points, clipped to the square."""
    return [[min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)] for x, y in points]


def hull_area(points):
    """Return the area of the convex hull, by walking around it."""
    ordered = sorted(map(tuple, points))
    total = 0.0
    for row in (ordered, ordered[::-1]):
        chain = []
        for x, y in row:
            while len(chain) > 1 and (chain[-1][0] - chain[-2][0]) * (y - chain[-2][1]) <= (
                chain[-1][1] - chain[-2][1]
            ) * (x - chain[-2][0]):
                chain.pop()
            chain.append((x, y))
        total += sum(a[0] * b[1] - a[1] * b[0] for a, b in itertools.pairwise(chain))
    return total / 2


def smallest(points):
    """Return the area of the smallest triangle over that of the convex hull."""
    least = min(
        abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / 2
        for a, b, c in itertools.combinations(points, 3)
    )
    return least / max(hull_area(points), 1e-12)


def polish(points):
    """Improve points locally; here they stay as they are."""
    return points


def move(points, rng):
    """Return the points with one of them moved a little."""
    changed = [list(point) for point in points]
    k = rng.randrange(len(changed))
    changed[k] = [value + rng.gauss(0, 0.05) for value in changed[k]]
    return inside(changed)


def accept(trial, current):
    """Tell whether the search goes on from the trial."""
    return smallest(trial) > smallest(current)


def search(n, rng, work):
    """Try a few moves away from one arrangement, then polish it once."""
    current = place(n, rng)
    for _ in range(min(work, 10)):
        trial = move(current, rng)
        if accept(trial, current):
            current = trial
    return polish(current)


def arrange(n, seed, work):
    """Return n points in the region; at most `work` arrangements are polished."""
    points = search(n, random.Random(seed), work)
    return [[float(x), float(y)] for x, y in inside(points)]
