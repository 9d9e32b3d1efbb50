"""Exact numbers: a common binary grid for doubles, certified square roots, and rounding to the unfavourable side.

Every finite double is an integer over a power of two. Put on one grid 2**-bits, doubles add, multiply and compare as
plain integers: as exact as `fractions.Fraction` and twenty times as fast.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from numbers import Rational


def grid_bits(values: Iterable[float], *, least: int = 0) -> int:
    """Return the smallest `bits >= least` for which every value is an integer multiple of 2**-bits.

    Args:
        values: finite ints or floats.
        least: a finer grid than the values need, for results that are rounded to it; at least 0.
    """
    needed = (value.as_integer_ratio()[1].bit_length() - 1 for value in values)
    return max(least, max(needed, default=0))


def on_grid(value: float, bits: int) -> int:
    """Return the integer k with value == k * 2**-bits.

    Raises:
        ValueError: the value does not lie on the grid (an error of the caller: see `grid_bits`).
    """
    numerator, denominator = value.as_integer_ratio()
    shift = bits - denominator.bit_length() + 1
    if shift < 0:
        raise ValueError(f"{value!r} is no multiple of 2**-{bits}; use grid_bits of all values")
    return numerator << shift


def sqrt_below(square: int) -> int:
    """Return the largest integer whose square is at most `square` (>= 0): a lower bound on the same grid.

    A product of two numbers on the grid 2**-bits lies on 2**-2bits, so the root of a squared distance is again on
    2**-bits.
    """
    return math.isqrt(square)


def sqrt_above(square: int) -> int:
    """Return the smallest integer whose square is at least `square` (>= 0)."""
    return math.isqrt(square - 1) + 1 if square > 0 else 0


def floor_ratio(numerator: int, denominator: int) -> float:
    """Return the largest double that is at most numerator / denominator (denominator > 0).

    Values above the largest double give the largest double; values below the least one give -inf.
    """
    try:
        nearest = numerator / denominator
    except OverflowError:
        nearest = math.inf if numerator > 0 else -math.inf
    if nearest == -math.inf:
        return nearest
    if nearest == math.inf or _above(nearest, numerator, denominator):
        return math.nextafter(nearest, -math.inf)
    return nearest


def ceil_ratio(numerator: int, denominator: int) -> float:
    """Return the smallest double that is at least numerator / denominator (denominator > 0)."""
    return -floor_ratio(-numerator, denominator)


def floor_float(value: Rational | int) -> float:
    """Return the largest double that is at most `value`: what a judge reports when more is better."""
    return floor_ratio(int(value.numerator), int(value.denominator))


def ceil_float(value: Rational | int) -> float:
    """Return the smallest double that is at least `value`: what a judge reports when less is better."""
    return ceil_ratio(int(value.numerator), int(value.denominator))


def log_ratio_below(numerator: int, denominator: int, base: int) -> float:
    """Return a double that is at most log(numerator / denominator) / log(base), at most one place below it.

    Decimal logarithms of 60 digits are correctly rounded; 1e-45 covers what they leave out.

    Args:
        numerator: at least 1.
        denominator: at least 1.
        base: at least 2.
    """
    from decimal import Decimal, localcontext  # noqa: PLC0415 - most judges need no logarithm

    if numerator == denominator:
        return 0.0
    with localcontext() as context:
        context.prec = 60
        value = (Decimal(numerator).ln() - Decimal(denominator).ln()) / Decimal(base).ln()
        return floor_ratio(*(value - Decimal("1e-45")).as_integer_ratio())


def _above(double: float, numerator: int, denominator: int) -> bool:
    top, bottom = double.as_integer_ratio()
    return top * denominator > numerator * bottom
