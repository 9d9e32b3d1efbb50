"""The binary grid and the directed roundings agree with `fractions.Fraction` in every bit."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.judging import ceil_float, floor_float, grid_bits, log_ratio_below, on_grid, sqrt_above, sqrt_below

FINITE = st.floats(allow_nan=False, allow_infinity=False)
MODEST = settings(max_examples=200, deadline=None)


@given(st.lists(FINITE | st.integers(-(10**6), 10**6), max_size=6), st.integers(0, 70))
@MODEST
def test_grid_is_exact(values, least):
    bits = grid_bits(values, least=least)
    assert bits >= least
    assert [Fraction(on_grid(value, bits), 2**bits) for value in values] == [Fraction(value) for value in values]


@given(st.lists(FINITE, min_size=1, max_size=6))
@MODEST
def test_grid_is_the_coarsest(values):
    bits = grid_bits(values)
    if bits:
        assert any(Fraction(value) * 2 ** (bits - 1) % 1 for value in values)


def test_values_off_the_grid_are_an_error():
    with pytest.raises(ValueError, match="no multiple of"):
        on_grid(0.5, 0)


@given(st.integers(0, 10**60))
@MODEST
def test_square_roots_enclose(square):
    low, high = sqrt_below(square), sqrt_above(square)
    assert low**2 <= square <= high**2
    assert high - low == (low**2 != square)


@given(st.fractions())
@MODEST
def test_directed_rounding_is_tight(value):
    low, high = floor_float(value), ceil_float(value)
    assert Fraction(low) <= value <= Fraction(high)
    assert high in {low, math.nextafter(low, math.inf)}
    assert (low == high) == (Fraction(float(value)) == value)


@given(FINITE, FINITE)
@MODEST
def test_directed_rounding_of_sums(a, b):
    exact = Fraction(a) + Fraction(b)
    low, high = floor_float(exact), ceil_float(exact)
    assert low <= high
    assert low == -ceil_float(-exact)
    if math.isfinite(low):
        assert Fraction(low) <= exact
    if math.isfinite(high):
        assert Fraction(high) >= exact


def test_rounding_at_the_ends_of_the_range():
    largest = Fraction(1.7976931348623157e308)
    assert floor_float(largest * 2) == float(largest)
    assert ceil_float(largest * 2) == math.inf
    assert floor_float(-largest * 2) == -math.inf
    assert floor_float(Fraction(1, 10**400)) == 0.0
    assert ceil_float(Fraction(1, 10**400)) == 5e-324
    assert floor_float(Fraction(-1, 10**400)) == -5e-324
    assert floor_float(3) == 3.0


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(2, 10**6))
@MODEST
def test_logarithms_from_below(numerator, denominator, base):
    found = log_ratio_below(numerator, denominator, base)
    assert found == pytest.approx(math.log(numerator / denominator) / math.log(base), rel=1e-12, abs=1e-14)


def test_logarithms_that_are_known():
    assert math.nextafter(3.0, 0) <= log_ratio_below(8, 1, 2) <= 3.0
    assert log_ratio_below(1, 1, 10) <= 0.0
    assert log_ratio_below(1, 10, 10) <= -1.0
    assert 0.5 - 1e-15 <= log_ratio_below(3, 1, 9) <= 0.5
