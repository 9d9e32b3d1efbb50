"""Figures as people read them. Data for programs is never formatted here: JSON gets the doubles as they are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ID_DIGITS = 8
"""How many digits of a program's id people are shown: enough for any run, short enough to type."""

SAME = 1e-9
"""Relative difference up to which a score counts as the best known value: tables print rounded figures."""

_DIGITS = 7
_MOST_DIGITS = 13
_LARGEST_WHOLE = 1e15
_HOUR = 3600
_UNITS = ((_HOUR, "h"), (60, "min"), (1, "s"))
_FEW, _MANY = 2, 10
"""From so many of a unit on it is the one to speak in; from so many on without tenths."""
_SOON = 15.0
_NARROW, _NEAR = 0.2, 0.1
_BLOCKS = "▁▂▃▄▅▆▇█"


def short(program_id: str) -> str:
    """Return a program's id as people are shown it."""
    return program_id[:ID_DIGITS]


def objective(value: float | None, *, step: float | None = None, digits: int = _DIGITS) -> str:
    """Return an objective with enough digits, "-" when there is none.

    Args:
        value: in the problem's unit.
        step: a difference that has to be visible in it, for example the gain that it stands for.
        digits: significant ones, at least; whole numbers are written whole, and no step makes them more than 13.
    """
    if value is None:
        return "-"
    if not math.isfinite(value) or not value:
        return f"{value:g}"
    if value.is_integer() and abs(value) < _LARGEST_WHOLE:
        return str(int(value))
    size = math.floor(math.log10(abs(value)))
    if abs(value) < _LARGEST_WHOLE:
        digits = max(digits, size + 2)
    if step:
        digits = max(digits, min(size - math.floor(math.log10(abs(step))) + 2, _MOST_DIGITS))
    return format(value, f".{digits}g")


def with_unit(value: float | None, unit: str, *, digits: int = _DIGITS) -> str:
    """Return an objective with its unit."""
    return f"{objective(value, digits=digits)} {unit}".rstrip()


def exact(value: float | None, unit: str = "") -> str:
    """Return every digit of an objective that matters, with its unit."""
    return "-" if value is None else f"{value!r} {unit}".rstrip()


def delta(value: float | None, *, digits: int = 4) -> str:
    """Return a gain with its sign, "" when there is none."""
    return "" if value is None else format(value, f"+.{digits}g")


def percent(part: float, whole: float) -> str:
    """Return a share in whole per cent; "-" of nothing."""
    return f"{100 * part / whole:.0f} %" if whole else "-"


def duration(seconds: float) -> str:
    """Return a time as one or two units: `0.42 s`, `12 s`, `3 min 05 s`, `2 h 10 min`, `3 d 4 h`."""
    if seconds < 10:  # noqa: PLR2004 - below this, tenths are worth reading
        return f"{seconds:.2g} s"
    whole = round(seconds)
    if whole < 120:  # noqa: PLR2004 - two minutes
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def about(seconds: float) -> str:
    """Return a time yet to come, as roughly as it is known."""
    if seconds < 90:  # noqa: PLR2004 - a minute and a half
        return f"~{max(5, 5 * round(seconds / 5))} s"
    minutes = round(seconds / 60)
    return f"~{minutes} min" if minutes < 90 else f"~{seconds / 3600:.1f} h"  # noqa: PLR2004 - idem, in hours


def between(low: float, high: float) -> str:
    """Return a time yet to come that nobody knows exactly: `~40 s`, `2-5 min`, `1.5-3 h`; `up to 5 min` from nothing.

    Args:
        low: at least, in seconds.
        high: at most; where it equals `low`, both are known exactly.
    """
    if low == high:
        return duration(low)
    if high < _SOON or high - low <= _NARROW * high:
        return about((low + high) / 2)
    size, unit = next((size, unit) for size, unit in _UNITS if high >= _FEW * size or size == 1)
    digits = 1 if size == _HOUR and high < _MANY * size else 0
    first, last = (f"{value / size:.{digits}f}".removesuffix(".0") for value in (low, high))
    if low < _NEAR * high or first == "0":
        return f"up to {last} {unit}"
    return f"~{last} {unit}" if first == last else f"{first}-{last} {unit}"


def size(text: str) -> str:
    """Return how long a text is."""
    return f"{len(text)} characters, {text.count(chr(10)) + (not text.endswith(chr(10)) and bool(text))} lines"


def sparkline(values: Sequence[float]) -> str:
    """Return one block per value, from the lowest of them to the highest; equal values are drawn low."""
    if not values:
        return ""
    low, high = min(values), max(values)
    if not high > low:
        return _BLOCKS[0] * len(values)
    # Halves first: high - low overflows for values near the largest double.
    shares = [(value / 2 - low / 2) / (high / 2 - low / 2) for value in values]
    return "".join(_BLOCKS[min(int(share * len(_BLOCKS)), len(_BLOCKS) - 1)] for share in shares)


def compared(value: float, known: float, gain: float) -> str:
    """Say how a best objective stands to the best known value.

    Args:
        value: of this run.
        known: the best on record.
        gain: how much better `value` is; negative when it falls short.
    """
    there = objective(known, digits=10)
    if abs(gain) <= SAME * abs(known):
        exactly = "exactly" if gain == 0 else f"difference {abs(gain):.1g}"
        return f"Best known value {there} reached ({exactly})."
    if gain > 0:
        return f"Exceeds the best known value {there} by {gain:.4g}."
    share = f"{100 * value / known:.4g} % of it, " if 0 < value < known else ""
    return f"Best known value {there}: {share}{-gain:.4g} to go."
