"""One gate per endpoint: everybody who asks it passes here, so that many slots do not hammer where one was turned away.

Three limits at once: calls in flight, requests and tokens per minute, and the time until which the endpoint asked to
be left alone. After such a time one call goes first and the others follow when it came back well. An endpoint that
turns calls away without a word on when to come again is asked at a pace that is felt for: up by steps, down by shares.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
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

    @property
    def known(self) -> bool:
        """Whether somebody said how often the endpoint may be asked."""
        return self.requests_per_minute is not None or self.tokens_per_minute is not None


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


class FeltPace:
    """A rate that nobody states: none until a call is turned away, then as many a second as were not.

    Additive increase and multiplicative decrease (Chiu and Jain 1989). The first calls do not start all at once, so
    that the first refusal is not one of many.

    Args:
        slots: so many calls make the beginning.
        gentle: whether to begin gently at all.
    """

    _FIRST, _GAP_SECONDS = 3, 0.05
    _BEGINNING_SECONDS = 3.2  # at most: 64 gaps
    _WINDOW_SECONDS, _SHORTEST_SECONDS = 5.0, 1.0
    _FIRST_STEP, _STEP, _DOWN = 0.3, 0.12, 0.9
    _SLOWEST, _UNSEEN = 1 / 60, 0.5  # calls a second

    def __init__(self, slots: int, *, gentle: bool) -> None:
        self._beginning = slots if gentle else 0
        self._gap = min(self._GAP_SECONDS, self._BEGINNING_SECONDS / slots)
        self._starts: deque[float] = deque()
        self._begun = 0
        self._first = 0.0
        self._due = 0.0
        self._rate: float | None = None
        self._step = 0.0
        self._cut = -math.inf

    def wait(self, now: float) -> float:
        """Return the seconds until a call may start."""
        return max(0.0, self._due - now)

    def start(self, now: float) -> None:
        """Take note of a call that starts."""
        self._begun += 1
        self._first = self._first or now
        self._starts.append(now)
        while self._starts and now - self._starts[0] > self._WINDOW_SECONDS:
            self._starts.popleft()
        if self._rate is not None:
            self._due = max(self._due, now) + 1 / self._rate
            self._rate += self._step
        elif self._FIRST <= self._begun < self._beginning:
            self._due = now + self._gap

    def refused(self, started: float, now: float) -> None:
        """Take note that a call was turned away.

        Args:
            started: when it started; those that were under way together count as one.
            now: when it came back.
        """
        if started in self._starts:
            self._starts.remove(started)
        if started < self._cut:
            return
        span = min(self._WINDOW_SECONDS, max(self._SHORTEST_SECONDS, now - self._first))
        seen = sum(now - each <= self._WINDOW_SECONDS for each in self._starts) / span
        if self._rate is None:
            rate, share = max(seen, self._UNSEEN), self._FIRST_STEP
        else:
            rate, share = max(min(self._rate, seen), self._rate / 2), self._STEP
        self._rate = max(self._SLOWEST, rate * self._DOWN)
        self._step = share * self._rate
        self._cut, self._due = now, now + 1 / self._rate


class RateGate:
    """The way to one endpoint. Use from one event loop."""

    def __init__(self, limits: RateLimits) -> None:
        self._slots = asyncio.Semaphore(limits.slots)
        self._requests, self._tokens = Pace(limits.requests_per_minute), Pace(limits.tokens_per_minute)
        self._felt = FeltPace(limits.slots, gentle=not limits.known)
        self._line = asyncio.Lock()
        self._closed_until = 0.0
        self._doubtful = False
        self._scout: object | None = None
        self._moved = asyncio.Condition()

    @asynccontextmanager
    async def passing(self, tokens: int) -> AsyncGenerator[float]:
        """Hold the right to one call, once every limit allows it; yields the time of its start.

        Args:
            tokens: the most that the call can use.
        """
        me, clock = object(), asyncio.get_running_loop().time
        async with self._slots:
            now = clock()
            due = max(self._requests.take(1, now), self._tokens.take(tokens, now))
            if due > now:
                await asyncio.sleep(due - now)
            await self._opened(me)
            # In line: were all of them to wait for the same moment, the last of a thousand could be the first again.
            async with self._line:
                while (wait := self._felt.wait(clock())) > 0:  # noqa: ASYNC110 - the pace may change meanwhile
                    await asyncio.sleep(wait)
                started = clock()
                self._felt.start(started)
            try:
                yield started
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

    def slow_down(self, started: float) -> None:
        """Take note that the call which started then was turned away, with no word on when to come again."""
        self._felt.refused(started, asyncio.get_running_loop().time())

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
