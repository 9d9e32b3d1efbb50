"""The judge of circle_packing: pinned to the literature, never above an exact recomputation, never surprised."""

import json
import math
import random
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import CASES, SPEC, evaluate, judge, published

from evo.judging import Invalid, decode

RECORD_26 = Fraction("2.635983084917607783186569485443481730397")

PUBLISHED = {
    "circles_square_26_ae1": 2.635862756413698,
    "circles_square_26_ae2": 2.635983084917606,
    "circles_square_26_codeevolve": 2.6359830080591813,
    "circles_square_32_ae1": 2.9379445262055177,
    "circles_square_32_ae2": 2.939572771206322,
    "circles_square_32_codeevolve_a": 2.939572763040302,
}


@pytest.mark.parametrize(("name", "objective"), PUBLISHED.items())
def test_published_constructions(name, objective):
    circles = published(name)
    result = judge(json.dumps(circles).encode(), len(circles))
    assert result["objective"] == objective
    assert result["metrics"]["repair"] <= 1e-6


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_cases(case):
    raw = json.dumps(case["output"]).encode()
    params = {**SPEC["params"], **SPEC["instances"]["26"]["params"], **case.get("params", {})}
    if "refused" in case:
        with pytest.raises(Invalid) as caught:
            evaluate(decode(raw), params)
        assert case["refused"] in caught.value.reason
    else:
        assert evaluate(decode(raw), params)["objective"] == case["objective"]


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        ("NaN", "contains NaN"),
        ("-Infinity", "contains -Infinity"),
        ("1e999", "beyond the range of a double"),
        ("1" + "0" * 350, "an integer of 1163 bits"),
        ("1" * 5000, "5000 characters"),
        ("\uff10.1", "not JSON"),
        ('"0.1"', "expected a number, got a string"),
        ("true", "expected a number, got a boolean"),
        ('{"r": 0.1}', "expected a number, got an object"),
        ("[" * 70 + "]" * 70, "deeper than 64"),
    ],
)
def test_numbers_that_are_none_are_refused(last, reason):
    with pytest.raises(Invalid) as caught:
        judge(f"[[0.5, 0.5, {last}]]".encode(), 1)
    assert reason in caught.value.reason


@pytest.mark.parametrize("name", ["circles_square_26_ae1", "circles_square_26_ae2", "circles_square_26_codeevolve"])
@pytest.mark.parametrize("growth", [1e-16, 1e-12, 1e-9, -1e-9])
def test_slack_buys_nothing(name, growth):
    grown = [[x, y, r + growth] for x, y, r in published(name)]
    assert Fraction(evaluate(grown, {"n": 26})["objective"]) <= RECORD_26


def test_a_record_by_tolerance_is_refused():
    """Side 1 + t with radii raised by t/2 passes where a slack of t = 1e-5 is allowed."""
    t = 1e-5
    slack = [
        [x * (1 + t) - t / 2, y * (1 + t) - t / 2, r * (1 + t) + t / 2]
        for x, y, r in published("circles_square_26_ae2")
    ]
    with pytest.raises(Invalid, match="rounding errors up to 1e-06"):
        evaluate(slack, {"n": 26})


def test_shaken_optima_stay_below_the_optimum():
    circles = published("circles_square_26_ae2")
    rng = random.Random(5)
    for scale in (1e-16, 1e-13, 1e-10, 1e-8):
        shaken = [[value + rng.gauss(0, scale) for value in circle] for circle in circles]
        assert Fraction(evaluate(shaken, {"n": 26})["objective"]) <= RECORD_26


UNIT = st.floats(0, 1) | st.integers(0, 1)
TINY = st.floats(0, 1e-3)


@given(st.integers(1, 6), st.data())
@settings(max_examples=200, deadline=None)
def test_score_never_exceeds_exact_recomputation(n, data):
    k = math.ceil(math.sqrt(n))
    cells = [(i, j) for i in range(k) for j in range(k)][:n]
    circles = [
        [
            (i + 0.5) / k + data.draw(TINY) * 1e-6,
            (j + 0.5) / k + data.draw(TINY) * 1e-6,
            0.5 / k + data.draw(TINY) * 1e-4,
        ]
        for i, j in cells
    ]
    result = evaluate(circles, {"n": n})
    # The greatest sum of n radii that each fit the gap to the nearest wall and, in pairs, every distance.
    bound = sum(
        min(Fraction(r), *(Fraction(v) for v in (x, y)), 1 - Fraction(x), 1 - Fraction(y)) for x, y, r in circles
    )
    assert Fraction(result["objective"]) <= bound
    for (xa, ya, _), (xb, yb, _) in combinations(circles, 2):
        assert (Fraction(xa) - Fraction(xb)) ** 2 + (Fraction(ya) - Fraction(yb)) ** 2 > 0
    check_result(result)


NUMBERS = st.floats() | st.integers() | st.floats(0, 1) | st.integers(-(2**1100), 2**1100)
JUNK = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)
ALMOST = st.lists(st.lists(UNIT | st.floats(0, 1e-300) | NUMBERS, min_size=3, max_size=3), min_size=1, max_size=3)


@given(JUNK | ALMOST | st.lists(st.lists(UNIT | st.floats(0, 1e-290), min_size=3, max_size=3), min_size=1, max_size=3))
@settings(max_examples=400, deadline=None)
def test_any_output_is_refused_or_finite(output):
    n = len(output) if isinstance(output, list) and output else 2
    result, reason = None, ""
    try:
        result = evaluate(output, {"n": n})
    except Invalid as refusal:
        reason = refusal.reason
    assert (result is None) == bool(reason)
    if result is not None:
        check_result(result)


def check_result(result):
    assert result["objective"] > 0
    for value in (result["objective"], *result["measures"].values(), *result["metrics"].values()):
        assert math.isfinite(value)
    for name, value in result["measures"].items():
        assert SPEC["measures"][name]["low"] <= value <= SPEC["measures"][name]["high"]
    assert set(result["measures"]) == set(SPEC["measures"])
    assert 0 < len(result["feedback"]) < 500


def test_ten_megabytes_are_refused():
    with pytest.raises(Invalid, match="bytes; expected 8000000 at most"):
        judge(b"[" + b"[0.5,0.5,0.5]," * 740_000 + b"[0.5,0.5,0.5]]")


def test_feedback_says_what_can_be_done():
    feedback = evaluate([[0.25, 0.25, 0.25], [0.75, 0.75, 0.2]], {"n": 2})["feedback"]
    assert "2 contacts" in feedback
    assert "1 circles touch nothing and could grow: 1" in feedback
