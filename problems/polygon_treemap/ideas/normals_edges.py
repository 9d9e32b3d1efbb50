"""Cut also in parallel to the cell's own edges."""


def normals(cell, level):
    edges = [(b[1] - a[1], a[0] - b[0]) for a, b in zip(cell, cell[1:] + cell[:1], strict=True)]
    return inner_normals(cell, level) + edges
