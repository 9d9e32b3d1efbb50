"""Data goes to stdout, everything said beside it to stderr."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from evo.text import redact, sanitise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_hidden: list[str] = []


def keep_secret(secrets: Sequence[str]) -> None:
    """From now on, write none of these to the terminal."""
    _hidden[:] = secrets


def hide_secrets(text: str) -> str:
    """Return a text as it may be written: without the secrets."""
    return redact(text, _hidden)


def emit(data: object) -> None:
    """Write data for programs: JSON in ASCII, doubles with every digit that matters."""
    sys.stdout.write(hide_secrets(json.dumps(data, indent=2, allow_nan=False)) + "\n")


def write(text: str) -> None:
    """Write a text as it is; on a terminal without what could steer it."""
    text = hide_secrets(text)
    sys.stdout.write(sanitise(text) if sys.stdout.isatty() else text)


def write_lines(texts: Iterable[str]) -> None:
    """Write lines to stdout, as `write` does."""
    write("".join(f"{text}\n" for text in texts))


def note(text: str) -> None:
    """Say something beside the data; on a terminal without what could steer it."""
    text = hide_secrets(text)
    sys.stderr.write((sanitise(text) if sys.stderr.isatty() else text) + "\n")
    sys.stderr.flush()
