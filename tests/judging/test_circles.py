"""Certified packings are strict in exact arithmetic, whatever they were made from."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.judging import Invalid, certify, certify_apart

UNIT = st.floats(0, 1)
SMALL = st.floats(0, 0.3)


def strict(circles, width=1, height=1):
    """The definition, in Fractions."""
    walls = all(r >= 0 and r <= x and x + r <= width and r <= y and y + r <= height for x, y, r in circles)
    return walls and all(
        (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 >= (a[2] + b[2]) ** 2 for a, b in combinations(circles, 2)
    )


def exact(circles, radii):
    return [(Fraction(x), Fraction(y), Fraction(r)) for (x, y, _), r in zip(circles, radii, strict=True)]


@given(st.lists(st.tuples(UNIT, UNIT, SMALL), min_size=1, max_size=6))
@settings(max_examples=200, deadline=None)
def test_any_overlap_is_repaired_to_a_strict_packing(circles):
    packing = certify(circles, max_repair=1.0)
    radii = [Fraction(r, 2**packing.bits) for r in packing.radii]
    assert strict(exact(circles, radii))
    assert strict(exact(circles, packing.floats_below()))
    given_radii = [Fraction(r) for _, _, r in circles]
    losses = [before - after for before, after in zip(given_radii, radii, strict=True)]
    assert all(loss >= 0 for loss in losses)
    assert Fraction(packing.repair) >= max(losses)
    was_strict = strict(exact(circles, given_radii))
    assert (packing.repair == 0) == (was_strict or not any(losses))
    if was_strict:
        assert radii == given_radii
    assert Fraction(packing.sum_below()) <= sum(radii)


@given(st.lists(st.tuples(UNIT, UNIT, SMALL), min_size=1, max_size=5), st.sampled_from([1e-15, 1e-9, 1e-6, 1e-3]))
@settings(max_examples=100, deadline=None)
def test_repair_is_bounded(circles, limit):
    reason, packing = "", None
    try:
        packing = certify(circles, max_repair=limit)
    except Invalid as refusal:
        reason = refusal.reason
    if packing is None:
        assert "rounding errors up to" in reason
        return
    kept = [Fraction(r, 2**packing.bits) for r in packing.radii]
    assert max(Fraction(r) - k for (_, _, r), k in zip(circles, kept, strict=True)) <= Fraction(limit)


def test_rectangle():
    assert certify([(0.5, 0.25, 0.25)], width=1, height=0.5).repair == 0
    assert certify([(0.5, 0.25, 0.25 + 1e-9)], width=1, height=0.5).repair >= 1e-9
    with pytest.raises(Invalid, match="outside"):
        certify([(0.5, 0.6, 0.1)], width=1, height=0.5)


def test_touching_circles_are_strict_and_one_bit_more_is_not():
    assert certify([(0.25, 0.5, 0.25), (0.75, 0.5, 0.25)]).repair == 0
    above = 0.25000000000000006
    assert certify([(0.25, 0.5, 0.25), (0.75, 0.5, above)]).repair > 0


def test_same_centre_leaves_nothing_to_share():
    packing = certify([(0.5, 0.5, 0.25), (0.5, 0.5, 0.125)], max_repair=1.0)
    assert sum(packing.radii) == 0


@pytest.mark.parametrize(
    ("circle", "reason"),
    [
        ((0.5, 0.5, -1e-300), "radius -1e-300 is negative"),
        ((-1e-300, 0.5, 0.1), "centre (-1e-300, 0.5) is outside"),
        ((0.5, 0.5, 2), "radius 2 is larger than the container"),
        ((0.5, 0.5, 0.75), "circle 0 sticks out of the container by 0.25"),
    ],
)
def test_reasons_name_the_worst(circle, reason):
    with pytest.raises(Invalid) as caught:
        certify([circle])
    assert reason in caught.value.reason


PLANE = st.floats(-2, 2)


@given(st.lists(st.tuples(PLANE, PLANE, SMALL), min_size=1, max_size=6))
@settings(max_examples=200, deadline=None)
def test_circles_apart_in_their_box(circles):
    framed = certify_apart(circles, max_repair=1.0)
    packing = framed.certified
    unit = Fraction(1, 2**packing.bits)
    kept = [(Fraction(x), Fraction(y), r * unit) for (x, y, _), r in zip(circles, packing.radii, strict=True)]
    left, low = min(x - r for x, _, r in kept), min(y - r for _, y, r in kept)
    width, height = framed.width * unit, framed.height * unit
    assert width == max(x + r for x, _, r in kept) - left
    assert height == max(y + r for _, y, r in kept) - low
    assert strict([(x - left, y - low, r) for x, y, r in kept], width, height)
    assert all(r <= Fraction(given) for (_, _, r), (_, _, given) in zip(kept, circles, strict=True))


def test_apart_keeps_what_is_strict_and_names_what_is_not():
    framed = certify_apart([(-1, 0, 1), (1, 0, 1)])
    assert framed.certified.repair == 0
    assert (framed.width, framed.height) == (4 << framed.certified.bits, 2 << framed.certified.bits)
    with pytest.raises(Invalid, match=r"circles 0 and 1 overlap by 0\.5"):
        certify_apart([(-1, 0, 1), (0.5, 0, 1)])
    with pytest.raises(Invalid, match="radius -1 is negative"):
        certify_apart([(-1, 0, -1)])
