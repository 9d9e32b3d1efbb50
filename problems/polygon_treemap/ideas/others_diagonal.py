"""A cell of four corners may also be cut along its diagonals."""


def others(cell):
    if len(cell) != 4:
        return []
    return [(b[1] - a[1], a[0] - b[0]) for a, b in zip(cell[:2], cell[2:], strict=True)]
