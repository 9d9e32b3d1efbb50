"""Arrays from a candidate: raw bytes with a dtype from a short list and a shape, never a pickle."""

from __future__ import annotations

import math
import struct

from evo.judging.invalid import Invalid
from evo.judging.shapes import items, kind, number

CODES = {
    "|b1": "?",
    "|i1": "b",
    "|u1": "B",
    "<i2": "h",
    "<u2": "H",
    "<i4": "i",
    "<u4": "I",
    "<i8": "q",
    "<u8": "Q",
    "<f4": "f",
    "<f8": "d",
}
"""The dtypes that may pass, as numpy writes them -> the code of the `struct` module."""
MAX_DIMENSIONS = 8


class Array:
    """An array as it came: `numpy.frombuffer(array.data, array.dtype).reshape(array.shape)` where numpy is wanted.

    Attributes:
        dtype: one of `CODES`; little-endian.
        shape: at most 8 lengths, each >= 0.
        data: C order; exactly as many bytes as dtype and shape say. Nothing is known of its values: floats may be NaN.
    """

    __slots__ = ("data", "dtype", "shape")

    def __init__(self, *, dtype: str, shape: tuple[int, ...], data: bytes) -> None:
        self.dtype, self.shape, self.data = dtype, shape, data

    def flat(self) -> list[int] | list[float]:
        """Return all values in C order as plain Python numbers."""
        code = CODES[self.dtype]
        return [*struct.unpack(f"<{len(self.data) // struct.calcsize('<' + code)}{code}", self.data)]


def vector(value: object, what: str, *, count: int | None = None) -> list[int | float]:
    """Return finite numbers from a list, or from an array of one dimension.

    Args:
        value: decoded data.
        what: how to name it in the reason.
        count: how many are expected.

    Raises:
        Invalid: anything else, another length, a boolean, NaN or an infinity.
    """
    if not isinstance(value, Array):
        if type(value) is not list:
            raise Invalid(f"{what}: expected a list of numbers or an array, got {kind(value)}")
        entries: list[object] = value  # pyright: ignore[reportUnknownVariableType] - each is checked below
        return [number(entry, f"{what} {index}") for index, entry in enumerate(items(entries, what, count=count))]
    if len(value.shape) != 1 or value.dtype == "|b1":
        raise Invalid(f"{what}: expected numbers in one dimension, got {value.dtype} of shape {list(value.shape)}")
    if count is not None and value.shape[0] != count:
        raise Invalid(f"{what}: expected {count} numbers, got {value.shape[0]}")
    numbers: list[int | float] = [*value.flat()]
    if not all(map(math.isfinite, numbers)):
        index = next(index for index, entry in enumerate(numbers) if not math.isfinite(entry))
        raise Invalid(f"{what} {index}: expected a finite number, got {numbers[index]}")
    return numbers
