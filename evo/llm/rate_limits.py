"""One gate per endpoint: everybody who asks it passes here, so that many slots do not hammer where one was turned away.

Three limits at once: calls in flight, requests and tokens per minute, and the time until which the endpoint asked to
be left alone. After such a time one call goes first and the others follow when it came back well.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

_BURST_SECONDS = 6.0
"""How far ahead of an even pace a rate limit lets a burst run: a tenth of the minute that it is stated for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """What an endpoint allows.

    Attributes:
        slots: calls in flight.
        requests_per_minute, tokens_per_minute: None for no limit; tokens are prompt and most of the answer.
    """

    slots: int = 64
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None


class Pace:
    """An even rate with room for a short burst."""

    def __init__(self, per_minute: float | None) -> None:
        self._seconds_each = 60.0 / per_minute if per_minute else 0.0
        self._due = 0.0

    def take(self, amount: float, now: float) -> float:
        """Take `amount` from the rate; return the time, at or after `now`, when it may be used."""
        due = max(self._due, now)
        self._due = due + amount * self._seconds_each
        return max(now, due - _BURST_SECONDS)


class RateGate:
    """The way to one endpoint. Use from one event loop."""

    def __init__(self, limits: RateLimits) -> None:
        self._slots = asyncio.Semaphore(limits.slots)
        self._requests, self._tokens = Pace(limits.requests_per_minute), Pace(limits.tokens_per_minute)
        self._closed_until = 0.0
        self._doubtful = False
        self._scout: object | None = None
        self._moved = asyncio.Condition()

    @asynccontextmanager
    async def passing(self, tokens: int) -> AsyncGenerator[None]:
        """Hold the right to one call, once every limit allows it.

        Args:
            tokens: the most that the call can use.
        """
        me = object()
        async with self._slots:
            now = asyncio.get_running_loop().time()
            due = max(self._requests.take(1, now), self._tokens.take(tokens, now))
            if due > now:
                await asyncio.sleep(due - now)
            await self._opened(me)
            try:
                yield
            finally:
                if self._scout is me:
                    self._scout = None
                    await self._notify()

    async def _opened(self, me: object) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            if clock() < self._closed_until:
                await asyncio.sleep(self._closed_until - clock())
            elif not self._doubtful:
                return
            elif self._scout is None:
                self._scout = me
                return
            else:
                async with self._moved:
                    await self._moved.wait_for(lambda: self._scout is None or not self._doubtful)

    def close_for(self, seconds: float) -> None:
        """Let nobody pass for this long, and then one alone; what is under way goes on."""
        self._closed_until = max(self._closed_until, asyncio.get_running_loop().time() + seconds)
        self._doubtful = True

    async def open(self) -> None:
        """Take note that a call came back well."""
        if self._doubtful and asyncio.get_running_loop().time() >= self._closed_until:
            self._doubtful = False
            await self._notify()

    async def _notify(self) -> None:
        async with self._moved:
            self._moved.notify_all()


class RateGates:
    """The gates of a run, by endpoint."""

    def __init__(self) -> None:
        self._gates: dict[tuple[str, str], RateGate] = {}

    def gate(self, base_url: str, key: str, limits: RateLimits) -> RateGate:
        """Return the gate of an endpoint; the first who names it says what its limits are.

        Args:
            base_url: where.
            key: the name of the key's environment variable, since providers count by key; "" without one.
            limits: what the endpoint allows.
        """
        return self._gates.setdefault((base_url, key), RateGate(limits))
