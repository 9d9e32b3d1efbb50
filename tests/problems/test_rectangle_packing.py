"""rectangle_packing: pinned to the literature, never above the strict optimum."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pack import pack, published

from evo.judging import Invalid

ONE = pack("rectangle_packing")
RECORD = ONE.spec["instances"]["21"]["best_known"]["value"]
PUBLISHED = {
    "circles_rect_21_ae1": (2.3658321334167631, 1e-12),
    "circles_rect_21_ae2": (2.3658323759108106, 1e-15),
    "circles_rect_21_codeevolve_a": (2.3658323758143, 1e-9),
    "circles_rect_21_codeevolve_b": (2.3493282344, 1e-9),
}


def circles_of(name):
    return [[float(value) for value in circle] for circle in published(name)["circles"]]


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_constructions(name):
    value, tolerance = PUBLISHED[name]
    found = ONE.judge(circles_of(name))
    assert found["objective"] == pytest.approx(value, abs=tolerance)
    assert found["objective"] <= RECORD
    assert found["metrics"]["repair"] <= 1e-6


@pytest.mark.parametrize("scale", [1e-12, 1e-9, 1e-6, 1e-3])
@pytest.mark.parametrize("name", PUBLISHED)
def test_growing_and_shifting_buys_nothing(name, scale):
    circles = circles_of(name)
    for k in range(len(circles)):
        for axis in range(3):
            changed = [list(circle) for circle in circles]
            changed[k][axis] += scale
            reason, objective = "", 0.0
            try:
                objective = ONE.judge(changed)["objective"]
            except Invalid as refusal:
                reason = refusal.reason
            assert reason or objective <= RECORD


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=8, unique=True), st.floats(0, 1e-7)
)
@settings(max_examples=80, deadline=None)
def test_score_never_exceeds_what_the_given_circles_allow(cells, growth):
    reach = Fraction(
        max(x for x, _ in cells) - min(x for x, _ in cells) + max(y for _, y in cells) - min(y for _, y in cells)
    )
    scale = float(2 / (reach + 2))
    circles = [[x * scale, y * scale, scale / 2 + growth] for x, y in cells]
    objective = ONE.judge(circles, n=len(cells))["objective"]
    assert Fraction(objective) <= sum(Fraction(r) for _, _, r in circles)
    assert Fraction(objective) <= len(cells) * (1 / (reach + 2)) * (1 + Fraction(1, 10**15)) or growth
    assert objective >= len(cells) * float(1 / (reach + 2)) - 1e-5
