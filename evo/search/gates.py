"""How much may happen at once."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class Gates:
    """How much may happen at once.

    Args:
        slots: model calls in flight; a slot is given back when the answer is stored.
        workers: evaluations in flight. While more than twice as many answers wait for one, no model is asked.
    """

    def __init__(self, slots: int, workers: int) -> None:
        self._slots, self._workers = asyncio.Semaphore(slots), asyncio.Semaphore(workers)
        self._most_waiting = 2 * workers
        self._waiting = 0
        self._moved = asyncio.Condition()

    @asynccontextmanager
    async def slot(self) -> AsyncGenerator[None]:
        """Hold a slot for one model call."""
        async with self._slots:
            async with self._moved:
                await self._moved.wait_for(lambda: self._waiting <= self._most_waiting)
            yield

    @asynccontextmanager
    async def worker(self) -> AsyncGenerator[None]:
        """Hold a worker for one evaluation."""
        self._waiting += 1
        try:
            await self._workers.acquire()
        finally:
            self._waiting -= 1
        try:
            async with self._moved:
                self._moved.notify_all()
            yield
        finally:
            self._workers.release()
