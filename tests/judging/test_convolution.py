"""Exact convolution agrees with the definition, and scaling loses nothing that it can keep."""

import random
import time
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from evo.judging import convolve, correlate, scaled

VALUES = st.lists(st.integers(-(2**90), 2**90) | st.integers(-2, 2), min_size=1, max_size=9)
MODEST = settings(max_examples=150, deadline=None)


def by_definition(a, b):
    return [sum(a[i] * b[k - i] for i in range(len(a)) if 0 <= k - i < len(b)) for k in range(len(a) + len(b) - 1)]


@given(VALUES, VALUES)
@MODEST
def test_convolution(a, b):
    assert convolve(a, b) == by_definition(a, b)
    assert convolve(a, a) == by_definition(a, a)
    assert correlate(a, b) == by_definition(a[::-1], b)


@given(st.lists(st.floats(-1e3, 1e3, allow_subnormal=False), min_size=1, max_size=8))
@MODEST
def test_scaling_keeps_proportions(heights):
    values = scaled(heights)
    top = max(map(abs, values))
    assert top.bit_length() <= 100
    if not top:
        assert not any(heights)
        return
    k = max(range(len(heights)), key=lambda k: abs(heights[k]))
    for height, value in zip(heights, values, strict=True):
        exact = Fraction(height) / Fraction(heights[k])
        found = Fraction(value) / values[k]
        assert abs(found - exact) <= Fraction(1, 2**97)
        assert value * height >= 0


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=8))
@MODEST
def test_small_numbers_are_exact(heights):
    assert scaled(heights) == heights


def test_ends_of_the_range():
    assert scaled([1e308, 5e-324])[1] == 0
    assert scaled([0, 0.0]) == [0, 0]
    assert scaled([-1e-320])[0] < 0


def test_four_thousand_steps_take_no_time():
    rng = random.Random(1)
    values = scaled([rng.random() * 10 ** rng.uniform(-20, 0) for _ in range(4096)])
    began = time.process_time()
    assert len(convolve(values, values)) == 8191
    assert time.process_time() - began < 1
