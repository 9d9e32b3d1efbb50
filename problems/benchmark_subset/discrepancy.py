"""The star discrepancy of points with whole coordinates, exactly: every box that can be worst, in integers."""

from typing import NamedTuple

import numpy as np


class Worst(NamedTuple):
    """The box whose share of the points differs most from its volume.

    Attributes:
        discrepancy: that difference, in (0, 1]; a quotient of two whole numbers.
        corner: upper corner of the box; the lower one is the origin.
        crowded: whether it holds too many points, with its upper faces; too few, without them, otherwise.
    """

    discrepancy: float
    corner: tuple[int, ...]
    crowded: bool


def worst_box(points, side):
    """Return the worst box for some points of a cube.

    Args:
        points: (k, 3) whole numbers in [0, side]; k * side^3 below 2^62.
        side: of the cube.
    """
    count = len(points)
    edges = [np.unique(np.append(column, side)) for column in points.T]
    inside = np.zeros([len(each) for each in edges], dtype=np.int64)
    places = tuple(np.searchsorted(each, column) for each, column in zip(edges, points.T, strict=True))
    np.add.at(inside, places, 1)
    for axis in range(3):
        inside = inside.cumsum(axis=axis)
    volume = count * edges[0][:, None, None] * edges[1][:, None] * edges[2]
    before = np.zeros_like(inside)
    before[1:, 1:, 1:] = inside[:-1, :-1, :-1]
    many, few = inside * side**3 - volume, volume - before * side**3
    crowded = bool(many.max() >= few.max())
    found = many if crowded else few
    place = np.unravel_index(found.argmax(), found.shape)
    corner = tuple(int(each[index]) for each, index in zip(edges, place, strict=True))
    return Worst(int(found.max()) / (count * side**3), corner, crowded)
