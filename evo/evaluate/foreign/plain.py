"""What an evaluator returns as plain data: every double with all its digits, what is no data in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from numbers import Integral, Real
from typing import Any, cast

_TEXT_MAX = 20_000
_LIST_MAX = 200
_DEPTH = 8


def number(value: object) -> float | int | bool | None:
    """Return a value as a number or a truth value, None where it is neither; arrays of one entry are none."""
    if isinstance(value, bool):
        return value
    if type(value).__module__.partition(".")[0] == "numpy" and getattr(value, "shape", None) == ():
        value = cast("Any", value).item()
        return number(value) if isinstance(value, bool | int | float) else None
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else None


def plain(value: object, depth: int = 0) -> Any:  # noqa: ANN401 - JSON
    """Return a value as JSON can hold it; what is no number, text, list or mapping is told in words.

    Numbers that are not finite become texts, since nobody may take them for a score.
    """
    found = number(value)
    if found is not None:
        return str(found) if isinstance(found, float) and not math.isfinite(found) else found
    if value is None:
        return None
    if depth < _DEPTH:
        if isinstance(value, Mapping):
            entries = list(cast("Mapping[object, object]", value).items())
            return {str(key)[:_TEXT_MAX]: plain(each, depth + 1) for key, each in entries[: 10 * _LIST_MAX]}
        if isinstance(value, list | tuple):
            return [plain(each, depth + 1) for each in cast("list[object]", value)[:_LIST_MAX]]
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    text = type(value).__name__
    # Its own words may raise whatever they like.
    with suppress(Exception):
        text = value if isinstance(value, str) else str(value)
    return text[:_TEXT_MAX].encode("utf-8", "backslashreplace").decode()
