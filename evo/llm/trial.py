"""The first calls to an endpoint: a few go first, so that many do not run into what never works."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

TRIALS = 3
"""Calls that may fail at an endpoint that never answered; as many go first."""

_PATIENCE_SECONDS = 5.0
"""A refusal comes at once. Where nothing has come after so long, a model is at work, and the others may follow."""


class Trial:
    """Whether one model ever answered at one endpoint. Use from one event loop."""

    def __init__(self) -> None:
        self._open = self._answered = False
        self._under_way = self._failures = 0
        self._waiting: list[asyncio.Future[None]] = []

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """Hold the right to one call: at once when the endpoint has answered, else while few others are on trial."""
        loop = asyncio.get_running_loop()
        while not self._open and self._under_way + self._failures >= TRIALS:
            self._waiting.append(loop.create_future())
            await self._waiting[-1]
        self._under_way += 1
        late = None if self._open else loop.call_later(_PATIENCE_SECONDS, self._let_all)
        try:
            yield
        finally:
            self._under_way -= 1
            if late is not None:
                late.cancel()
            self._wake()

    def answered(self) -> None:
        """Take note of an answer: what is asked here, and how, works."""
        self._answered = True
        self._let_all()

    def failed(self) -> bool:
        """Take note of a call whose form may never work here; return whether that is now certain."""
        self._failures += not self._answered
        return not self._answered and self._failures >= TRIALS

    def _let_all(self) -> None:
        self._open = True
        self._wake()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if not each.done():
                each.set_result(None)
