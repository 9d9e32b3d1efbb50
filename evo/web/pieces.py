"""Pieces of logs, packed once for all readers: a full one never changes, and what several ask for is made once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

KEPT_BYTES = 24 * 1024 * 1024


class Pieces:
    """What was packed last.

    Args:
        most: bytes that are kept.
    """

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._making: dict[Hashable, asyncio.Task[tuple[bytes, bool]]] = {}

    async def get(
        self, key: Hashable, make: Callable[[], Awaitable[tuple[bytes, bool]]], stand: Hashable = None
    ) -> bytes:
        """Return a piece.

        Args:
            key: what it is a piece of, and which.
            make: reads and packs it; returns whether it will never change, too. Not called where the piece is there, or
                is being made for another reader.
            stand: of what it is read from: who saw a newer one does not get what was begun before it.
        """
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        task = self._making.get((key, stand))
        if task is None:
            task = asyncio.ensure_future(self._make(key, stand, make))
            self._making[key, stand] = task
        # A reader that goes away takes nothing from the others.
        return (await asyncio.shield(task))[0]

    async def _make(
        self, key: Hashable, stand: Hashable, make: Callable[[], Awaitable[tuple[bytes, bool]]]
    ) -> tuple[bytes, bool]:
        try:
            packed, lasting = await make()
        finally:
            del self._making[key, stand]
        if lasting and key not in self._kept:
            self._kept[key] = packed
            self._size += len(packed)
            while self._size > self._most:
                self._size -= len(self._kept.popitem(last=False)[1])
        return packed, lasting
