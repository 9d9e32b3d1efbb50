"""The three regions of the Heilbronn pack: pinned to the literature, and never above an exact recomputation."""

import math
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pack import pack, published

from evo.judging import Invalid

SQUARE, TRIANGLE, CONVEX = (pack(f"heilbronn/{name}") for name in ("square", "triangle", "convex"))
ROOT_3 = Fraction(math.isqrt(3 * 10**120), 10**60)


def exact(points):
    fractions = [(Fraction(x), Fraction(y)) for x, y in points]
    return min(
        abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / 2 for a, b, c in combinations(fractions, 3)
    )


def floats(points):
    return [[float(x), float(y)] for x, y in points]


def moved(points, scale):
    """Every single coordinate off by the scale, to both sides."""
    for k in range(len(points)):
        for axis in (0, 1):
            for sign in (-1, 1):
                changed = [list(point) for point in points]
                changed[k][axis] += sign * scale
                yield changed


def objective_or_none(one, points):
    try:
        return one.judge(points, n=len(points))["objective"]
    except Invalid:
        return None


def right_frame(points):
    """From the equilateral triangle of side 1 to the triangle x, y >= 0, x + y <= 1: ratios of areas stay."""
    return [
        [max(0.0, float(Fraction(x) - Fraction(y) / ROOT_3)), max(0.0, float(2 * Fraction(y) / ROOT_3))]
        for x, y in points
    ]


def test_published_square():
    objective = SQUARE.judge(floats(published("heilbronn_square_12_comellas")["points"]), "square")["objective"]
    assert objective == pytest.approx(0.0325988586918196982, abs=1e-16)
    assert objective <= SQUARE.spec["instances"]["square"]["best_known"]["value"]


def test_published_triangle():
    objective = TRIANGLE.judge(right_frame(published("heilbronn_triangle_11_ae1")["points"]), "triangle")["objective"]
    assert objective == pytest.approx(0.036529889880030114, abs=2e-16)
    assert objective <= TRIANGLE.spec["instances"]["triangle"]["best_known"]["value"]


@pytest.mark.parametrize(("n", "value"), [(13, 0.0309368890348955), (14, 0.027835571458482136)])
def test_published_convex(n, value):
    instance = "convex" if n == 13 else f"convex_{n}"
    objective = CONVEX.judge(floats(published(f"heilbronn_convex_{n}_ae1")["points"]), instance)["objective"]
    assert objective == pytest.approx(value, abs=2e-16)
    assert objective <= CONVEX.spec["instances"][instance]["best_known"]["value"]


@pytest.mark.parametrize("scale", [1e-12, 1e-9, 1e-6, 1e-3])
def test_published_shaken_is_refused_or_lower(scale):
    for one, points in (
        (SQUARE, floats(published("heilbronn_square_12_comellas")["points"])),
        (TRIANGLE, right_frame(published("heilbronn_triangle_11_ae1")["points"])),
        (CONVEX, floats(published("heilbronn_convex_13_ae1")["points"])),
    ):
        record = one.spec["instances"][one.default]["best_known"]["value"]
        scores = [objective_or_none(one, changed) for changed in moved(points, scale)]
        # The published digits are good to about 1e-12: that much a single shift may still find.
        assert all(score is None or score <= record + 1e-12 for score in scores)


UNIT = st.floats(0, 1) | st.sampled_from([0, 1, 0.5, 1e-9])


@given(st.lists(st.tuples(UNIT, UNIT), min_size=3, max_size=7))
@settings(max_examples=100, deadline=None)
def test_square_equals_exact_recomputation(points):
    objective, value = objective_or_none(SQUARE, [list(p) for p in points]), exact(points)
    if objective is None:
        assert value < Fraction(1, 10**300)
    else:
        assert Fraction(objective) <= value < Fraction(math.nextafter(objective, 1))


@given(st.lists(st.tuples(UNIT, UNIT), min_size=3, max_size=7), st.floats(0, 2e-9))
@settings(max_examples=100, deadline=None)
def test_triangle_is_the_ratio_after_shrinking_into_the_region(points, excess):
    points = [[x * (1 - y) * (1 + excess), y * (1 + excess)] for x, y in points]
    size = max(Fraction(1), *(Fraction(x) + Fraction(y) for x, y in points))
    objective, value = objective_or_none(TRIANGLE, points), 2 * exact(points) / size**2
    if objective is None:
        assert value < Fraction(1, 10**300) or size > 1 + Fraction(1, 10**9)
    else:
        assert Fraction(objective) <= value < Fraction(math.nextafter(objective, 2))


@given(st.lists(st.tuples(UNIT, UNIT), min_size=4, max_size=7), st.sampled_from([1, 1e-9, 1e9]))
@settings(max_examples=100, deadline=None)
def test_convex_is_invariant_and_at_most_the_ratio(points, scale):
    points = [[x * scale + 1, y * scale] for x, y in points]
    objective = objective_or_none(CONVEX, points)
    if objective is None:
        return
    value = 2 * exact(points)
    # The hull is at least as large as the largest fan of triangles from one point to any two others.
    largest = max(
        abs((Fraction(b[0]) - Fraction(a[0])) * (Fraction(c[1]) - Fraction(a[1]))
            - (Fraction(b[1]) - Fraction(a[1])) * (Fraction(c[0]) - Fraction(a[0])))
        for a, b, c in combinations(points, 3)
    )  # fmt: skip
    assert 0 < Fraction(objective) <= value / largest
    twice = [[2 * x, 2 * y] for x, y in points]
    assert objective_or_none(CONVEX, twice) == objective
