"""Exact geometry of points: one integer grid for all coordinates, distances, triangles and convex hulls."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from evo.judging.exact import grid_bits, on_grid

if TYPE_CHECKING:
    from collections.abc import Sequence

Point: TypeAlias = "tuple[int, ...]"
"""A point of the grid: its coordinates in units of 2**-bits."""


class Distances(NamedTuple):
    """The closest and the most distant pair of some points.

    Attributes:
        least: smallest squared distance, in units of 4**-bits; 0 when two points coincide.
        greatest: largest squared distance.
        closest, farthest: the indices (i, j), i < j, of the first such pairs.
    """

    least: int
    greatest: int
    closest: tuple[int, int]
    farthest: tuple[int, int]


class Triangle(NamedTuple):
    """A triangle among points: twice its area, in units of 4**-bits and at least 0, and its corners i < j < k."""

    twice_area: int
    corners: tuple[int, int, int]


def points_on_grid(rows: Sequence[tuple[float, ...]]) -> tuple[int, list[Point]]:
    """Return (bits, points): every coordinate is exactly the integer times 2**-bits.

    Args:
        rows: points of equal dimension, as finite ints or doubles.
    """
    bits = grid_bits(value for row in rows for value in row)
    return bits, [tuple(on_grid(value, bits) for value in row) for row in rows]


def distances(points: Sequence[Point]) -> Distances:
    """Return the extremes of the squared distances of at least two points of any dimension."""
    least, greatest = -1, -1
    closest = farthest = (0, 1)
    for j, b in enumerate(points):
        for i, a in enumerate(points[:j]):
            square = sum((p - q) * (p - q) for p, q in zip(a, b, strict=True))
            if least < 0 or square < least:
                least, closest = square, (i, j)
            if square > greatest:
                greatest, farthest = square, (i, j)
    return Distances(least, greatest, closest, farthest)


def orientation(a: Point, b: Point, c: Point) -> int:
    """Return twice the signed area of the triangle abc in the plane: above 0 when it runs counterclockwise."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def triangle_areas(points: Sequence[Point]) -> list[Triangle]:
    """Return all triangles of points in the plane, in the order of their corners."""
    return [
        Triangle(abs(orientation(points[i], points[j], points[k])), (i, j, k))
        for i, j, k in combinations(range(len(points)), 3)
    ]


def hull(points: Sequence[Point]) -> list[Point]:
    """Return the corners of the convex hull of points in the plane, counterclockwise, each once.

    Points inside an edge are no corners. Points on one line give its two ends, a single place gives itself.
    """
    ordered = sorted(set(points))
    if len(ordered) < 3:  # noqa: PLR2004 - two points are their own hull
        return ordered
    return _half_hull(ordered) + _half_hull(ordered[::-1])


def twice_polygon_area(corners: Sequence[Point]) -> int:
    """Return twice the signed area of a polygon: above 0 when its corners run counterclockwise."""
    following = [*corners[1:], *corners[:1]]
    return sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(corners, following, strict=True))


def _half_hull(ordered: list[Point]) -> list[Point]:
    """Andrew's monotone chain along sorted points, without its last point."""
    chain: list[Point] = []
    for point in ordered:
        while len(chain) > 1 and orientation(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain[:-1]
