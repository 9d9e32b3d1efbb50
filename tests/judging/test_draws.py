import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.judging import draw_seed

SECRET = "ab" * 32


def test_a_public_draw_is_a_function_of_its_words():
    assert draw_seed("items 1", {}) == draw_seed("items 1", {"draw": 1})
    assert draw_seed("items 1", {}) != draw_seed("items 2", {})


@given(st.text(), st.binary(min_size=1, max_size=64), st.binary(min_size=1, max_size=64))
def test_who_does_not_know_the_secret_draws_something_else(text: str, one: bytes, other: bytes):
    drawn = draw_seed(text, {"secret": one.hex()})
    assert drawn == draw_seed(text, {"secret": one.hex(), "draw": 7})
    assert drawn != draw_seed(text, {})
    assert (drawn == draw_seed(text, {"secret": other.hex()})) == (one.ljust(64, b"\0") == other.ljust(64, b"\0"))


def test_seeds_have_the_size_that_is_asked_for():
    assert 0 <= draw_seed("x", {"secret": SECRET}, size=6) < 1 << 48


def test_a_secret_that_is_none():
    with pytest.raises(ValueError):
        draw_seed("x", {"secret": "not digits"})
