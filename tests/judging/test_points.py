"""Exact geometry agrees with `fractions.Fraction` and with the definitions."""

from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from evo.judging import distances, hull, orientation, points_on_grid, triangle_areas, twice_polygon_area

COORDINATE = st.floats(-1e6, 1e6) | st.integers(-3, 3) | st.floats(0, 1e-300)
PLANE = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=2, max_size=8)
SPACE = st.lists(st.tuples(COORDINATE, COORDINATE, COORDINATE), min_size=2, max_size=6)
LATTICE = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=12)
MODEST = settings(max_examples=150, deadline=None)


@given(PLANE | SPACE)
@MODEST
def test_distances(rows):
    bits, points = points_on_grid(rows)
    squares = {
        pair: sum((Fraction(a) - Fraction(b)) ** 2 for a, b in zip(rows[pair[0]], rows[pair[1]], strict=True))
        for pair in combinations(range(len(rows)), 2)
    }
    found = distances(points)
    assert Fraction(found.least, 4**bits) == min(squares.values()) == squares[found.closest]
    assert Fraction(found.greatest, 4**bits) == max(squares.values()) == squares[found.farthest]


@given(PLANE)
@MODEST
def test_triangles(rows):
    bits, points = points_on_grid(rows)
    exact = [(Fraction(x), Fraction(y)) for x, y in rows]
    for twice, (i, j, k) in triangle_areas(points):
        (ax, ay), (bx, by), (cx, cy) = exact[i], exact[j], exact[k]
        assert Fraction(twice, 4**bits) == abs(ax * (by - cy) + bx * (cy - ay) + cx * (ay - by))
    assert len(triangle_areas(points)) == len(rows) * (len(rows) - 1) * (len(rows) - 2) // 6


@given(LATTICE)
@MODEST
def test_hull_is_convex_and_holds_every_point(points):
    corners = hull(points)
    assert set(corners) <= set(points)
    assert len(set(corners)) == len(corners)
    if len(corners) < 3:
        assert all(orientation(corners[0], corners[-1], p) == 0 for p in points)
        assert twice_polygon_area(corners) == 0
        return
    turning = zip(corners, corners[1:] + corners[:1], corners[2:] + corners[:2], strict=True)
    assert all(orientation(*three) > 0 for three in turning)
    edges = list(zip(corners, corners[1:] + corners[:1], strict=True))
    assert all(orientation(a, b, p) >= 0 for a, b in edges for p in points)
    fan = sum(orientation(corners[0], a, b) for a, b in edges)
    assert twice_polygon_area(corners) == fan > 0


def test_known_areas():
    assert twice_polygon_area([(0, 0), (2, 0), (2, 2), (0, 2)]) == 8
    assert orientation((0, 0), (1, 0), (0, 1)) == 1
    assert hull([(0, 0), (1, 0), (2, 0), (2, 2), (0, 2), (1, 1)]) == [(0, 0), (2, 0), (2, 2), (0, 2)]
    assert hull([(1, 1), (1, 1)]) == [(1, 1)]
    assert hull([(0, 0), (2, 2), (1, 1)]) == [(0, 0), (2, 2)]
