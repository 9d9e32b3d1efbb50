"""distance_ratio: pinned to the literature, equal to an exact recomputation, blind to place and size."""

import math
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pack import pack, published

ONE = pack("distance_ratio")

PUBLISHED = {
    "minmaxdist_16_2_ae1": ("plane_16", 12.889266112),
    "minmaxdist_16_2_codeevolve": ("plane_16", None),
    "minmaxdist_14_3_ae1": ("space_14", 4.165849767),
    "minmaxdist_14_3_codeevolve": ("space_14", None),
}


def exact(points):
    squares = [
        sum((Fraction(p) - Fraction(q)) ** 2 for p, q in zip(a, b, strict=True)) for a, b in combinations(points, 2)
    ]
    return max(squares) / min(squares)


def points_of(name):
    return [[float(value) for value in point] for point in published(name)["points"]]


@pytest.mark.parametrize(("name", "instance", "claimed"), [(name, *said) for name, said in PUBLISHED.items()])
def test_published_constructions(name, instance, claimed):
    points = points_of(name)
    objective = ONE.judge(points, instance)["objective"]
    assert Fraction(math.nextafter(objective, 0)) < exact(points) <= Fraction(objective)
    record = ONE.spec["instances"][instance]["best_known"]["value"]
    assert objective >= record - 1e-12
    if claimed is not None:
        assert objective == pytest.approx(claimed, abs=1e-8)


@pytest.mark.parametrize("scale", [1e-12, 1e-9, 1e-6, 1e-3])
@pytest.mark.parametrize("name", PUBLISHED)
def test_published_optima_shaken_are_worse(name, scale):
    points, instance = points_of(name), PUBLISHED[name][0]
    points = [[value / math.dist(points[0], points[1]) for value in point] for point in points]
    before = ONE.judge(points, instance)["objective"]
    for k in range(len(points)):
        shaken = [list(point) for point in points]
        shaken[k][0] += scale
        found = ONE.judge(shaken, instance)["objective"]
        assert found >= ONE.spec["instances"][instance]["best_known"]["value"] - 1e-12
        assert abs(found - before) < 1000 * scale + 1e-12


COORDINATE = st.floats(-1e3, 1e3) | st.integers(-5, 5)


@given(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=2, max_size=7, unique=True))
@settings(max_examples=100, deadline=None)
def test_equal_to_exact_recomputation(points):
    value = exact(points)
    assume(value < 1e300)
    objective = ONE.judge([list(point) for point in points], n=len(points), d=2)["objective"]
    assert objective == math.inf or Fraction(math.nextafter(objective, 0)) < value <= Fraction(objective)
