"""Figures as people read them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.render.numbers import (
    about,
    between,
    compared,
    delta,
    duration,
    exact,
    objective,
    percent,
    sparkline,
    with_unit,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (2.635983084917608, "2.635983"),
        (0.9798, "0.9798"),
        (31.0, "31"),
        (0.0, "0"),
        (-3.0, "-3"),
        (12345678.9, "12345678.9"),
        (1e300, "1e+300"),
        (1.5e-9, "1.5e-09"),
    ],
)
def test_objective(value, text):
    assert objective(value) == text


def test_a_small_gain_is_visible_in_the_objective():
    before, after = 2.6359830849, 2.6359830850
    assert objective(before) == objective(after)
    assert objective(before, step=after - before) != objective(after, step=after - before)
    assert len(objective(1 / 3, step=1e-300)) <= 16


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_objectives_are_total_and_near(value, step):
    assert math.isclose(float(objective(value, step=step)), value, rel_tol=1e-6)
    assert float(exact(value)) == value


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0123, "0.012 s"),
        (7, "7 s"),
        (12.4, "12 s"),
        (119, "119 s"),
        (185, "3 min 05 s"),
        (7800, "2 h 10 min"),
        (273600, "3 d 4 h"),
    ],
)
def test_duration(seconds, text):
    assert duration(seconds) == text


def test_about_is_rough():
    assert [about(s) for s in (0, 32, 130, 5000, 20000)] == ["~5 s", "~30 s", "~2 min", "~83 min", "~5.6 h"]


def test_delta_has_a_sign():
    assert (delta(0.2938), delta(-1.5e-9), delta(0.0), delta(None)) == ("+0.2938", "-1.5e-09", "+0", "")


def test_percent_and_units():
    assert (percent(71, 100), percent(0, 0)) == ("71 %", "-")
    assert (with_unit(1.5, "m"), with_unit(1.5, "")) == ("1.5 m", "1.5")


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=20))
def test_sparkline_has_a_block_per_value(values):
    drawn = sparkline(values)
    assert len(drawn) == len(values)
    assert set(drawn) <= set("▁▂▃▄▅▆▇█")


def test_sparkline_rises():
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert sparkline([2, 2]) == "▁▁"


def test_compared_with_the_best_known_value():
    assert "reached (exactly)" in compared(2.5, 2.5, 0.0)
    assert "reached (difference 5e-10)" in compared(2.5, 2.5 + 5e-10, -5e-10)
    assert "Exceeds the best known value 2.5 by 0.1." in compared(2.6, 2.5, 0.1)
    assert "Exceeds" in compared(2.4, 2.5, 0.1)  # smaller is better
    assert "80 % of it, 0.5 to go" in compared(2.0, 2.5, -0.5)
    assert compared(3.0, 2.5, -0.5) == "Best known value 2.5: 0.5 to go."


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (5.0, 9.0, "~5 s"),
        (20.0, 50.0, "20-50 s"),
        (110.0, 125.0, "~2 min"),
        (130.0, 290.0, "2-5 min"),
        (1.0, 290.0, "up to 5 min"),
        (5400.0, 10800.0, "1.5-3 h"),
        (60.0, 60.0, "60 s"),
        (80000.0, 160000.0, "22-44 h"),
    ],
)
def test_a_time_that_nobody_knows_exactly(low, high, said):
    assert between(low, high) == said
