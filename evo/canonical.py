"""Plain data, its one canonical text, and the fingerprint by which it is known."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TypeAlias

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"


# Plain data has no circles, and the look for them is a tenth of the time.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False)


def canonical(value: object) -> bytes:
    """Encode plain data as the one JSON text that stands for it (sorted keys, no spaces, ASCII)."""
    return _ENCODER.encode(value).encode()


def fingerprint(data: bytes | str) -> str:
    """Return the 32 hex digits by which a text, a request or a program is known."""
    return blake2b(data.encode() if isinstance(data, str) else data, digest_size=16).hexdigest()
