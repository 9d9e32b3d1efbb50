"""Texts as they lie in a run's database: compressed, and never inflated without a bound.

A database may come from anybody, and a few kilobytes of it could become gigabytes in memory.
"""

from __future__ import annotations

import sqlite3
import zlib

from evo.errors import DamagedError

INFLATED_MAX_BYTES = 32 * 1024 * 1024
"""Of one packed text; a prompt of a million tokens is a sixth of it."""


def pack(text: str) -> bytes:
    """Compress a text."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 6)


class Unpacked:
    """A text that is compressed where it is bound to a statement: in the writer's thread, beside all else.

    Args:
        text: as of `pack`.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __conform__(self, protocol: object) -> bytes | None:
        """Return what is stored; what sqlite3 asks of a value that it does not know."""
        return self.packed() if protocol is sqlite3.PrepareProtocol else None

    def packed(self) -> bytes:
        """Return what is stored."""
        return pack(self._text)


def unpack(data: bytes) -> str:
    """Return what `pack` was given.

    Raises:
        ValueError, zlib.error: it is no such thing.
        DamagedError: it inflates to more than `INFLATED_MAX_BYTES`.
    """
    return inflate(data).decode("utf-8", "surrogatepass")


def inflate(data: bytes) -> bytes:
    """Decompress what a database holds; raises as `unpack`."""
    stream = zlib.decompressobj()
    found = stream.decompress(data, INFLATED_MAX_BYTES + 1)
    if len(found) > INFLATED_MAX_BYTES:
        raise DamagedError(
            f"a packed text of {len(data)} bytes inflates to over {INFLATED_MAX_BYTES}, more than evo writes: "
            "the database is damaged, or somebody else made it"
        )
    if not stream.eof:
        raise zlib.error("incomplete or truncated stream")
    return found
