"""Autocorrelation, minimum overlap, sums and differences: pinned to the literature, equal to exact recomputations."""

import itertools
import math
import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pack import pack, published

from evo.judging import Invalid

FIRST, SECOND, OVERLAP, SUMS = (
    pack(name) for name in ("autocorrelation", "autocorrelation/second", "erdos_overlap", "sums_differences")
)


def heights_of(name, key="heights"):
    return [float(value) for value in published(name)[key]]


@pytest.mark.parametrize(
    ("name", "instance", "value"),
    [
        ("autocorr1_600_ae1", "first", 1.50529396844016082),
        ("autocorr3_400_ae1", "third", 1.45564279537454049),
        ("autocorr3abs_150_ae1", "third_absolute", 1.46876206974102181),
    ],
)
def test_published_autocorrelation(name, instance, value):
    heights = heights_of(name)
    assert FIRST.judge(heights, instance)["objective"] == pytest.approx(value, abs=1e-14)
    negative = min(range(len(heights)), key=lambda k: heights[k])
    spoiled = [*heights[:negative], -1e-12, *heights[negative + 1 :]]
    if instance == "first":
        with pytest.raises(Invalid, match="is negative"):
            FIRST.judge(spoiled, instance)


def test_the_two_third_forms_differ():
    heights = heights_of("autocorr3_400_ae1")
    assert FIRST.judge(heights, "third_absolute")["objective"] > 4


@pytest.mark.parametrize(
    ("name", "value"), [("autocorr2_50_ae1", 0.89627994415540777), ("autocorr2_4096_codeevolve", 0.93768644692138797)]
)
def test_published_second(name, value):
    heights = heights_of(name)
    began = time.process_time()
    assert SECOND.judge(heights)["objective"] == pytest.approx(value, abs=1e-15)
    assert time.process_time() - began < 2


def test_published_overlap():
    heights = heights_of("erdos_overlap_95_ae1", "h")
    found = OVERLAP.judge(heights)
    assert found["objective"] == pytest.approx(0.380923035108450149, abs=1e-15)
    assert found["objective"] >= OVERLAP.spec["instances"]["interval"]["best_known"]["value"]


def test_published_sums():
    values = [int(value) for value in published("sumdiff_2003_ae1")["U"]]
    found = SUMS.judge(values)
    assert (found["metrics"]["differences"], found["metrics"]["sums"]) == (807667, 93803)
    assert found["objective"] == pytest.approx(1.1479888965, abs=1e-9)
    with pytest.raises(Invalid, match="is there twice"):
        SUMS.judge([*values, values[5]])


HEIGHTS = st.lists(st.floats(0, 1) | st.integers(0, 3), min_size=1, max_size=7)
SIGNED = st.lists(st.integers(-5, 5) | st.floats(-2, 2).map(lambda x: round(x, 6)), min_size=1, max_size=7)


def nodes_of(heights):
    f, n = [Fraction(h) for h in heights], len(heights)
    return [sum(f[i] * f[k - i] for i in range(n) if 0 <= k - i < n) for k in range(2 * n - 1)]


def judged(one, *args):
    try:
        return Fraction(one.judge(*args)["objective"])
    except Invalid:
        return None


@given(SIGNED, st.sampled_from(["third", "third_absolute"]))
@settings(max_examples=100, deadline=None)
def test_third_equals_the_definition(heights, form):
    mass = sum(Fraction(h) for h in heights)
    found = judged(FIRST, heights, form)
    if found is None:
        assert abs(mass) < Fraction(1, 10**20)
        return
    nodes = nodes_of(heights)
    value = 2 * len(heights) * (max(map(abs, nodes)) if form == "third_absolute" else max(nodes)) / mass**2
    assert abs(found / value - 1) < Fraction(1, 10**15)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any))
@settings(max_examples=100, deadline=None)
def test_second_is_the_ratio_of_norms_and_below_one(heights):
    nodes = [Fraction(0), *nodes_of(heights), Fraction(0)]
    pairs = list(itertools.pairwise(nodes))
    square = sum((a * a + a * b + b * b) / 3 for a, b in pairs)
    value = square / (sum((a + b) / 2 for a, b in pairs) * max(nodes))
    found = judged(SECOND, heights)
    assert found <= value < 1
    assert value < Fraction(math.nextafter(float(found), 2))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=7))
@settings(max_examples=100, deadline=None)
def test_overlap_of_levelled_heights(heights):
    n = len(heights)
    mean = sum(heights) / n
    heights = [min(1.0, h / (2 * mean)) if mean >= 0.5 else max(0.0, 1 - (1 - h) / (2 * (1 - mean))) for h in heights]
    f = [Fraction(h) for h in heights]
    value = max(sum(f[i] * (1 - f[i + k]) for i in range(n) if 0 <= i + k < n) for k in range(1 - n, n)) * 2 / n
    found = judged(OVERLAP, heights)
    assert abs(found - value) < Fraction(1, 10**12)


@given(st.sets(st.integers(1, 60), min_size=1, max_size=9))
@settings(max_examples=100, deadline=None)
def test_both_ways_of_counting_agree(others):
    values = [0, *sorted(others)]
    counted = SUMS.load("evaluate").counted
    sums, differences = len({a + b for a in values for b in values}), len({a - b for a in values for b in values})
    assert counted(values, max(values)) == (sums, differences)
    far = [value * 1000 for value in values]
    assert counted(far, max(far)) == (sums, differences)


@pytest.mark.parametrize(
    "values",
    [[0, *range(10**17, 10**17 + 1499 * 10**13, 10**13)], [*range(0, 200_000, 14), 199_999], list(range(1, 3000))],
    ids=["pairs", "bits", "refused"],
)
def test_the_largest_sets_are_judged_in_time(values):
    began = time.process_time()
    judged(SUMS, values)
    assert time.process_time() - began < 2


def test_the_largest_functions_are_judged_in_time():
    began = time.process_time()
    heights = [((k * 2654435761) % 1000003) / 1000003 * 10.0 ** -(k % 30) for k in range(8192)]
    assert judged(FIRST, heights, "first")
    assert time.process_time() - began < 2
    assert judged(SECOND, heights)
    assert time.process_time() - began < 4
