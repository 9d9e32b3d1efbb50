"""Strict decoding: untrusted bytes become plain data of exact types, or are refused with a reason."""

from __future__ import annotations

import json
import math
from typing import TypeAlias

from evo.judging.invalid import Invalid

Data: TypeAlias = "bool | int | float | str | list[Data] | dict[str, Data] | None"

MAX_BYTES = 8_000_000
MAX_DEPTH = 64
MAX_DIGITS = 400
"""Longest number literal; the largest double written out has 309 digits."""


def decode(raw: bytes, *, max_bytes: int = MAX_BYTES) -> Data:
    """Decode one JSON text strictly.

    Sizes are checked before anything is parsed, and lengths of numbers before anything is computed. Numbers without
    fraction and exponent become `int`, all others finite `float`; digits are ASCII; no object has a key twice.

    Args:
        raw: what the candidate's entry returned, encoded by its process.
        max_bytes: largest accepted size, at least 1.

    Raises:
        Invalid: too large, not UTF-8, not JSON, NaN or an infinity, a number over 400 characters or beyond the range
            of a double, a key twice in one object, or nesting deeper than 64.
    """
    if len(raw) > max_bytes:
        raise Invalid(f"output has {len(raw)} bytes; expected {max_bytes} at most")
    try:
        data: Data = _decoder.decode(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Invalid(f"output is not UTF-8: {error.reason} at byte {error.start}") from None
    except RecursionError:
        raise Invalid(f"output is nested deeper than {MAX_DEPTH} levels") from None
    except json.JSONDecodeError as error:
        raise Invalid(f"output is not JSON: {error.msg} at line {error.lineno} column {error.colno}") from None
    _refuse_deep(data)
    return data


def _refuse_deep(data: Data) -> None:
    """Walk level by level, so that the walk itself cannot overflow the stack."""
    level: list[list[Data] | dict[str, Data]] = [data] if isinstance(data, (list, dict)) else []
    for _ in range(MAX_DEPTH):
        if not level:
            return
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, (list, dict))
        ]
    if level:
        raise Invalid(f"output is nested deeper than {MAX_DEPTH} levels")


def _constant(text: str) -> float:
    raise Invalid(f"output contains {text}; expected finite numbers only")


def _integer(text: str) -> int:
    _check_literal(text)
    return int(text)


def _float(text: str) -> float:
    _check_literal(text)
    value = float(text)
    if not math.isfinite(value):
        raise Invalid(f"number {text[:40]} is beyond the range of a double; expected finite numbers only")
    return value


def _check_literal(text: str) -> None:
    if len(text) > MAX_DIGITS:
        raise Invalid(
            f"a number is written with {len(text)} characters ({text[:20]}...); expected {MAX_DIGITS} at most"
        )
    # The pure-Python scanner of some interpreters takes any Unicode digit.
    if not text.isascii():
        raise Invalid(f"number {text[:20]!a} has digits outside ASCII")


def _object(pairs: list[tuple[str, Data]]) -> dict[str, Data]:
    seen: dict[str, Data] = {}
    for key, value in pairs:
        if key in seen:
            raise Invalid(f"an object has the key {key[:80]!a} twice")
        seen[key] = value
    return seen


_decoder = json.JSONDecoder(parse_constant=_constant, parse_int=_integer, parse_float=_float, object_pairs_hook=_object)
