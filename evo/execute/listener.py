"""Who is told how far a judgement is: whoever ordered it, in the same context, where it is made on this machine."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

_listener: ContextVar[Callable[[float, float | None], object] | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Callable[[float, float | None], object]) -> Generator[None]:
    """Have judgements that are ordered within tell (fraction, score so far), now and then; nothing rests upon it."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def hear(fraction: float, objective: float | None) -> None:
    """Tell whoever listens."""
    listener = _listener.get()
    if listener is not None:
        listener(fraction, objective)
