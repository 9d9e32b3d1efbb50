"""Cut also in parallel to the cell's own edges."""


def others(cell):
    return [(b[1] - a[1], a[0] - b[0]) for a, b in zip(cell, cell[1:] + cell[:1], strict=True)]
