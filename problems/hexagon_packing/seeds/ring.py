"""Two rings of hexagons that point outwards."""

import math
import random


def place(n, rng):
    """Return n rows on two rings, each hexagon with a corner outwards."""
    rows, inner = [], max(1, n // 4)
    for count, radius in ((inner, 0.4 if inner > 1 else 0.0), (n - inner, 1.0)):
        for k in range(count):
            turn = 2 * math.pi * (k + 0.1) / count
            rows.append([radius * math.cos(turn), radius * math.sin(turn), math.degrees(turn)])
    return rows


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
