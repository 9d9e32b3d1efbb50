"""Cut across the longest edge, which leaves two parts that are shorter than the whole."""


def normals(cell, level):
    edges = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(cell, cell[1:] + cell[:1], strict=True)]
    return [max(edges, key=lambda edge: edge[0] ** 2 + edge[1] ** 2)]
