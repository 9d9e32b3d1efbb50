"""Shapes: exact types, finite numbers, and reasons that name the place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.judging import Invalid, integer, items, number, rows


class Sly(float):
    def __le__(self, other):
        return True


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([[1, 2, 3]], "circles: expected a list of 2, got 1"),
        ({"a": 1}, "circles: expected a list of 2, got an object"),
        (None, "circles: expected a list of 2, got null"),
        ([[1, 2, 3], [1, 2]], "circle 1: expected 3 numbers [x, y, r], got 2"),
        ([[1, 2, 3], 7], "circle 1: expected 3 numbers [x, y, r], got an integer"),
        ([[1, 2, 3], [1, 2, True]], "circle 1: r: expected a number, got a boolean"),
        ([[1, 2, 3], [1, "2", 3]], "circle 1: y: expected a number, got a string"),
        ([[1, 2, 3], [float("nan"), 2, 3]], "circle 1: x: expected a finite number, got nan"),
        ([[1, 2, 3], [1, 2, 2**1024]], "circle 1: r: expected a finite number, got an integer of 1025 bits"),
        ([[1, 2, 3], [1, 2, Sly(3)]], "circle 1: r: expected a number, got Sly"),
    ],
)
def test_rows_refuse(value, reason):
    with pytest.raises(Invalid) as caught:
        rows(value, 2, "x y r", "circle")
    assert caught.value.reason == reason


def test_rows_keep_numbers_as_they_are():
    assert rows([[1, 2.5, 0]], 1, "x y r", "circle") == [(1, 2.5, 0)]
    assert type(rows([[1]], 1, "x", "p")[0][0]) is int


def test_integer():
    assert integer(3, "k", low=0, high=3) == 3
    for value in (True, 1.0, "1", None, -1, 4, 10**300):
        with pytest.raises(Invalid, match="k: expected an integer"):
            integer(value, "k", low=0, high=3)


def test_items():
    assert items([1, "a"], "set") == [1, "a"]
    with pytest.raises(Invalid, match="set: expected a list, got a string"):
        items("ab", "set")


@given(st.integers() | st.floats() | st.text() | st.none() | st.booleans())
@settings(max_examples=100, deadline=None)
def test_number_returns_finite_or_refuses(value):
    reason = ""
    try:
        float(number(value, "v"))
    except Invalid as refusal:
        reason = refusal.reason
    assert reason == "" or reason.startswith("v: expected a ")
