"""Shapes of decoded data, by exact type: `True` is not 1, and nothing is converted on the way."""

from __future__ import annotations

import math

from evo.judging.invalid import Invalid

MAX_BITS = 1023
"""Integers up to here are within the range of a double."""

_SHOWN_BITS = 64

_NAMES: dict[type[object], str] = {
    bool: "a boolean",
    type(None): "null",
    str: "a string",
    list: "a list",
    dict: "an object",
    int: "an integer",
    float: "a number",
}


def number(value: object, what: str) -> int | float:
    """Return `value` if it is a finite `int` or `float`, and nothing that merely behaves like one.

    Args:
        value: decoded data.
        what: how to name it in the reason, for example "circle 3: r".

    Raises:
        Invalid: any other type, NaN, an infinity, or an integer beyond the range of a double.
    """
    if type(value) is float:
        if math.isfinite(value):
            return value
        raise Invalid(f"{what}: expected a finite number, got {value}")
    if type(value) is int:
        if value.bit_length() <= MAX_BITS:
            return value
        raise Invalid(f"{what}: expected a finite number, got an integer of {value.bit_length()} bits")
    raise Invalid(f"{what}: expected a number, got {kind(value)}")


def integer(value: object, what: str, *, low: int, high: int) -> int:
    """Return `value` if it is an `int` in [low, high].

    Raises:
        Invalid: another type (1.0 and true included) or out of range.
    """
    if type(value) is not int:
        raise Invalid(f"{what}: expected an integer, got {kind(value)}")
    if not low <= value <= high:
        shown = value if value.bit_length() <= _SHOWN_BITS else f"one of {value.bit_length()} bits"
        raise Invalid(f"{what}: expected an integer in [{low}, {high}], got {shown}")
    return value


def items(value: object, what: str, *, count: int | None = None) -> list[object]:
    """Return `value` if it is a list, of `count` items where given.

    Raises:
        Invalid: not a list, or another length.
    """
    expected = "a list" if count is None else f"a list of {count}"
    if type(value) is not list:
        raise Invalid(f"{what}: expected {expected}, got {kind(value)}")
    found: list[object] = value  # pyright: ignore[reportUnknownVariableType] - any element is still unchecked
    if count is not None and len(found) != count:
        raise Invalid(f"{what}: expected {expected}, got {len(found)}")
    return found


def rows(value: object, count: int, fields: str, what: str) -> list[tuple[int | float, ...]]:
    """Return `value` as `count` tuples of finite numbers, one number for each of `fields`.

    Args:
        value: decoded data.
        count: the number of rows.
        fields: names of a row's numbers separated by spaces, for example "x y r".
        what: the name of one row, for example "circle".

    Raises:
        Invalid: another shape or type, with a reason such as "circle 3: expected 3 numbers [x, y, r], got 2".
    """
    names = fields.split()
    return [_row(row, names, f"{what} {index}") for index, row in enumerate(items(value, f"{what}s", count=count))]


def kind(value: object) -> str:
    """Name the JSON type of decoded data, for reasons."""
    return _NAMES.get(type(value), type(value).__name__)


def _row(value: object, names: list[str], what: str) -> tuple[int | float, ...]:
    expected = f"{len(names)} numbers [{', '.join(names)}]"
    if type(value) is not list:
        raise Invalid(f"{what}: expected {expected}, got {kind(value)}")
    found: list[object] = value  # pyright: ignore[reportUnknownVariableType] - each element is checked below
    if len(found) != len(names):
        raise Invalid(f"{what}: expected {expected}, got {len(found)}")
    return tuple(number(item, f"{what}: {name}") for item, name in zip(found, names, strict=True))
