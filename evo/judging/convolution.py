"""Exact convolution of integers, and doubles brought to a common scale for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.judging.exact import grid_bits, on_grid

if TYPE_CHECKING:
    from collections.abc import Sequence

SCALE_BITS = 100
"""Heights are exact down to 2**-100 of the largest one; what lies below is cut towards zero."""


def scaled(heights: Sequence[float], *, bits: int = SCALE_BITS) -> list[int]:
    """Return integers proportional to the heights: of about `bits` bits at most, and cut towards zero below that.

    Where all heights lie on one grid of `bits` bits, as doubles within 2**(bits - 53) of each other do, nothing is
    cut and the proportions are exact. A cut changes a height by less than 2**(1 - bits) of the largest one, so the
    function that is judged is one that anybody can write down, and sizes stay bounded whatever the exponents.

    Args:
        heights: finite ints or doubles.
        bits: at least 1.
    """
    fine = grid_bits(heights)
    values = [on_grid(height, fine) for height in heights]
    excess = max(0, max((abs(value).bit_length() for value in values), default=0) - bits)
    return [value >> excess if value >= 0 else -(-value >> excess) for value in values]


def convolve(a: Sequence[int], b: Sequence[int]) -> list[int]:
    """Return c with c[k] the sum of a[i] * b[k - i]; len(a) + len(b) - 1 values, exact.

    Both sequences become one large integer each (Kronecker's substitution), so that the interpreter's fast
    multiplication does the work.

    Args:
        a: at least one integer, of any sign.
        b: idem.
    """
    size = max(map(abs, a)).bit_length() + max(map(abs, b)).bit_length() + min(len(a), len(b)).bit_length() + 2
    width = -(-size // 8)
    first = _packed(a, width)
    product = first * first if a is b else first * _packed(b, width)
    count = len(a) + len(b) - 1
    # Half a field on top of each makes all fields positive: no borrow crosses a border.
    half = 1 << (8 * width - 1)
    raw = (product + _packed([half] * count, width)).to_bytes(width * count + 1, "little")
    return [int.from_bytes(raw[k * width : (k + 1) * width], "little") - half for k in range(count)]


def correlate(a: Sequence[int], b: Sequence[int]) -> list[int]:
    """Return c with c[k] the sum of a[i] * b[i + k - len(a) + 1]: all overlaps of b shifted along a."""
    return convolve(a[::-1], b)


def _packed(values: Sequence[int], width: int) -> int:
    """Return the sum of values[k] * 256**(width k)."""
    above = b"".join(max(value, 0).to_bytes(width, "little") for value in values)
    below = b"".join(max(-value, 0).to_bytes(width, "little") for value in values)
    return int.from_bytes(above, "little") - int.from_bytes(below, "little")
