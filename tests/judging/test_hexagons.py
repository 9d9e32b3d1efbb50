"""Hexagons: angles to many places, contacts that are known, and no overlap that a sampled point would find."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.judging import hexagon, side_needed, spread_needed
from evo.judging.hexagons import ONE, cos_sin

PLACE = st.floats(-3, 3)
ANGLE = st.floats(-400, 400)


@given(st.fractions(0, 59, max_denominator=1000))
@settings(max_examples=100, deadline=None)
def test_angles(degrees):
    cosine, sine = cos_sin(degrees)
    assert cosine / ONE == pytest.approx(math.cos(math.radians(degrees)), abs=1e-15)
    assert sine / ONE == pytest.approx(math.sin(math.radians(degrees)), abs=1e-15)
    assert abs(cosine * cosine + sine * sine - ONE * ONE) < ONE << 10


def test_angles_that_are_known():
    cosine, sine = cos_sin(Fraction(30))
    assert abs(4 * cosine * cosine - 3 * ONE * ONE) < ONE << 10
    assert abs(2 * sine - ONE) < 1 << 10
    cosine, sine = cos_sin(Fraction(45))
    assert abs(cosine - sine) < 1 << 10


@pytest.mark.parametrize(
    ("x", "angle", "factor"), [(2, 0, 1), (1.5, 0, 4 / 3), (math.sqrt(3), 30, 1), (1, 30, math.sqrt(3))]
)
def test_two_hexagons(x, angle, factor):
    found = spread_needed([hexagon(0, 0, angle), hexagon(x, 0, angle)])
    if angle == 0:
        factor = max(1.0, math.sqrt(3) / (x * math.cos(math.pi / 6)))
    assert float(found) == pytest.approx(factor, abs=1e-15)


def test_coincident_centres_cannot_be_spread():
    assert spread_needed([hexagon(1, 1, 0), hexagon(1, 1, 20)]) == 0


def test_a_hexagon_around_itself_and_around_seven():
    assert float(side_needed([hexagon(0, 0, 17)], hexagon(0, 0, 77), Fraction(1))) == pytest.approx(1, abs=1e-15)
    root = math.sqrt(3)
    ring = [hexagon(root * math.cos(k * math.pi / 3), root * math.sin(k * math.pi / 3), 30) for k in range(6)]
    seven = [hexagon(0, 0, 30), *ring]
    factor = spread_needed(seven)
    assert 1 <= factor < 1 + 1e-15
    assert float(side_needed(seven, hexagon(0, 0, 0), factor)) == pytest.approx(1 + root, abs=0.3)


def holds(x, y, degrees, px, py):
    """Whether a point is well inside a hexagon."""
    for k in range(6):
        angle = math.radians(degrees + 30 + 60 * k)
        if (px - x) * math.cos(angle) + (py - y) * math.sin(angle) > math.sqrt(0.75) - 1e-9:
            return False
    return True


@given(st.lists(st.tuples(PLACE, PLACE, ANGLE), min_size=2, max_size=4), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_spread_hexagons_share_no_point_and_stay_inside(rows, rng):
    hexagons = [hexagon(*row) for row in rows]
    factor = spread_needed(hexagons)
    if not 0 < factor < 1000:
        return
    side = float(side_needed(hexagons, hexagon(0, 0, 0), factor))
    placed = [(x * float(factor), y * float(factor), angle) for x, y, angle in rows]
    for k, (x, y, angle) in enumerate(placed):
        for _ in range(20):
            turn, size = rng.uniform(0, 2 * math.pi), rng.random()
            px, py = x + size * math.cos(turn), y + size * math.sin(turn)
            if holds(x, y, angle, px, py):
                assert not any(holds(*other, px, py) for j, other in enumerate(placed) if j != k)
                for m in range(6):
                    normal = math.radians(30 + 60 * m)
                    assert px * math.cos(normal) + py * math.sin(normal) <= side * math.sqrt(0.75) + 1e-9
