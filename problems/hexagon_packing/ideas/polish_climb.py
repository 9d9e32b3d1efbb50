"""Polish by many small moves of single hexagons, with shrinking steps."""


def polish(rows):
    best, step = rows, 0.2
    for k in range(8 * len(rows)):
        changed = [list(row) for row in best]
        axis = k // len(rows) % 3
        changed[k % len(rows)][axis] += step * (1 if k % 2 else -1) * (20 if axis == 2 else 1)
        trial = spread(changed)
        if side(trial) < side(best):
            best = trial
        step *= 0.98
    return best
