"""Try many directions for the outer hexagon."""


def enclose(rows):
    x, y = (sum(row[k] for row in rows) / len(rows) for k in (0, 1))
    return [x, y, min((2.0 * k for k in range(30)), key=lambda angle: needed(rows, x, y, angle))]
