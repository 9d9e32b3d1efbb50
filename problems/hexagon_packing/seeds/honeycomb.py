"""Centres on a triangular lattice, all hexagons parallel: a piece of a honeycomb."""

import math
import random


def place(n, rng):
    """Return n rows [x, y, angle], the cells of a honeycomb nearest to a random place."""
    root = math.sqrt(3)
    cells = [[root * (i + j / 2), 1.5 * j, 30.0] for i in range(-n, n + 1) for j in range(-n, n + 1)]
    x, y = rng.uniform(0, root), rng.uniform(0, 1.5)
    return sorted(cells, key=lambda cell: math.dist(cell[:2], (x, y)))[:n]


def width(angle, direction):
    """Return how far a hexagon with a corner at `angle` reaches in a direction, in degrees both."""
    return math.cos(math.radians((direction - angle + 30) % 60 - 30))


def spread(rows):
    """Return the rows with centres moved, all by one factor, so that hexagons just touch."""
    factor = 0.0
    for i, (xa, ya, a) in enumerate(rows):
        for xb, yb, b in rows[:i]:
            least = math.inf
            for direction in [angle + 30 + 60 * k for angle in (a, b) for k in range(3)]:
                turn = math.radians(direction)
                away = abs((xa - xb) * math.cos(turn) + (ya - yb) * math.sin(turn))
                least = min(least, (width(a, direction) + width(b, direction)) / max(away, 1e-9))
            factor = max(factor, least)
    factor = min(factor, 90.0) * (1 + 1e-12)
    return [[x * factor, y * factor, angle] for x, y, angle in rows]


def needed(rows, x, y, angle):
    """Return the side that an outer hexagon with this centre and direction needs."""
    reach = 0.0
    for direction in (angle + 30, angle + 90, angle + 150):
        turn = math.radians(direction)
        for a, b, inner in rows:
            away = abs((a - x) * math.cos(turn) + (b - y) * math.sin(turn))
            reach = max(reach, away + width(inner, direction))
    return reach / math.sqrt(0.75)


def enclose(rows):
    """Return the outer hexagon: around the mean of the centres, the better of two directions."""
    x, y = (sum(row[k] for row in rows) / len(rows) for k in (0, 1))
    return [x, y, min((0.0, 30.0), key=lambda angle: needed(rows, x, y, angle))]


def side(rows):
    """Return the side that is needed around the rows."""
    return needed(rows, *enclose(rows))


def polish(rows):
    """Improve a packing locally; here it stays as it is."""
    return rows


def move(rows, rng):
    """Return the rows with one of them moved and turned a little, spread again."""
    changed = [list(row) for row in rows]
    k = rng.randrange(len(changed))
    changed[k] = [value + rng.gauss(0, sigma) for value, sigma in zip(changed[k], (0.3, 0.3, 5), strict=True)]
    return spread(changed)


def accept(trial, current):
    """Tell whether the search goes on from the trial."""
    return side(trial) < side(current)


def search(n, rng, work):
    """Try a few moves away from one packing, then polish it once."""
    current = spread(place(n, rng))
    for _ in range(min(work, 10)):
        trial = move(current, rng)
        if accept(trial, current):
            current = trial
    return polish(current)


def pack(n, seed, work):
    """Return n hexagons [x, y, angle] and the outer one; at most `work` packings are polished."""
    rows = search(n, random.Random(seed), work)
    return [[float(value) for value in row] for row in (*rows, enclose(rows))]
