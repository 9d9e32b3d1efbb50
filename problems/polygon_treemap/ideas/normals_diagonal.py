"""A cell of four corners may also be cut along its diagonals."""


def normals(cell, level):
    if len(cell) != 4:
        return inner_normals(cell, level)
    return inner_normals(cell, level) + [(b[1] - a[1], a[0] - b[0]) for a, b in zip(cell[:2], cell[2:], strict=True)]
