"""Data goes to stdout, everything said beside it to stderr."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Iterable


def emit(data: object) -> None:
    """Write data for programs: JSON in ASCII, doubles with every digit that matters."""
    sys.stdout.write(json.dumps(data, indent=2, allow_nan=False) + "\n")


def write(text: str) -> None:
    """Write a text as it is; on a terminal without what could steer it."""
    sys.stdout.write(sanitise(text) if sys.stdout.isatty() else text)


def lines(texts: Iterable[str]) -> None:
    """Write lines to stdout."""
    sys.stdout.write("".join(f"{text}\n" for text in texts))


def note(text: str) -> None:
    """Say something beside the data."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
