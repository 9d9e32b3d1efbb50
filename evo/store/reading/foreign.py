"""Values from a file that somebody else may have made: what comes out is of the kind that was asked."""

from __future__ import annotations

import json
import math
import zlib
from typing import TYPE_CHECKING, cast

from evo.errors import DamagedError
from evo.text import cut, sanitise

if TYPE_CHECKING:
    from evo.canonical import JSON

WORDS_BYTES = 4096
TEXT_BYTES = 512 * 1024
UNPACKED_BYTES = 2 * 1024 * 1024
_NAME = 120
_MOST = 64


def read_json(text: str | None) -> JSON:
    """Return what a text says as JSON, None where it says nothing."""
    try:
        return cast("JSON", json.loads(text)) if text else None
    except ValueError:
        return None


def as_mapping(text: str | None) -> dict[str, JSON]:
    """Return a mapping as stored, {} for anything else; names are cut."""
    found = read_json(text)
    return {name[:_NAME]: value for name, value in found.items()} if isinstance(found, dict) else {}


def as_list(text: str | None) -> list[JSON]:
    """Return a short list as stored, [] for anything else."""
    found = read_json(text)
    return found[:_MOST] if isinstance(found, list) else []


def as_numbers(text: str | None) -> dict[str, float]:
    """Return a mapping of names to finite numbers."""
    found = {name: as_number(value) for name, value in as_mapping(text).items()}
    return {name: value for name, value in found.items() if value is not None}


def as_number(value: object) -> float | None:
    """Return a finite number, None for anything else."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) else None


def as_words(text: str | None) -> str:
    """Return a few words, cleaned."""
    return cut(sanitise(text), WORDS_BYTES) if text else ""


def as_text(text: str) -> str:
    """Return a text, cleaned."""
    return cut(sanitise(text), TEXT_BYTES)


def unpack_bounded(data: bytes) -> str:
    """Return a compressed text.

    Raises:
        DamagedError: it is longer than anything that evo writes.
    """
    unpacker = zlib.decompressobj()
    found = unpacker.decompress(data, UNPACKED_BYTES)
    if unpacker.unconsumed_tail:
        raise DamagedError(f"a stored text is longer than {UNPACKED_BYTES} bytes")
    return found.decode("utf-8", "replace")
