"""Who is told how far a judgement is: whoever ordered it, in the same context, where it is made on this machine."""

from __future__ import annotations

import math
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

_PAIR = 2
_CLOSE = 1e-6
_listener: ContextVar[Callable[[float, float | None], object] | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Callable[[float, float | None], object]) -> Generator[None]:
    """Have judgements that are ordered within tell (fraction, score so far), now and then; nothing rests upon it."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def hear(told: object) -> None:
    """Tell whoever listens what came from a judge's process.

    Args:
        told: [fraction from 0 to 1, finite score or None]; anything else is passed over, being of no judge of ours.
    """
    listener = _listener.get()
    if listener is None or not isinstance(told, list):
        return
    pair = cast("Sequence[object]", told)
    if len(pair) == _PAIR and _is_number(pair[0]) and (pair[1] is None or _is_number(pair[1])):
        fraction, score = cast("tuple[float, float | None]", pair)
        if 0 <= fraction <= 1 + _CLOSE:
            listener(min(float(fraction), 1.0), None if score is None else float(score))


def _is_number(value: object) -> bool:
    # Only what JSON reads as a float, or a small whole number: one of a million digits is no float.
    if isinstance(value, float):
        return math.isfinite(value)
    return type(value) is int and abs(value) < 1 << 53
