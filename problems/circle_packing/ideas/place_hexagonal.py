"""Start from rows that are shifted by half a step, as in the densest packing of equal circles."""

import math


def place(n, rng):
    rows = max(1, round(math.sqrt(n * 2 / math.sqrt(3))))
    centers = []
    for j in range(rows):
        count = n * (j + 1) // rows - n * j // rows
        shift = 0.25 if j % 2 else -0.25
        for i in range(count):
            x = (i + 0.5 + shift) / (count + 0.5)
            centers.append((min(max(x, 0.02), 0.98), (j + 0.5) / rows))
    return centers
