"""What waits instead of being answered: models that are left alone for a while, requests that are not on their way.

The screen and `evo status` show the ones; a run that is to stop does not wait for the others.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from evo.records import Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from evo.records import Request


class Waits:
    """The waiting of one run. Use from one event loop."""

    def __init__(self) -> None:
        self._idle: Counter[tuple[str, str]] = Counter()
        self._resting: Counter[tuple[str, str]] = Counter()  # by program, and what its score rests upon
        self._parked: dict[str, str] = {}
        self._stirred = asyncio.Event()
        self._listeners: list[Callable[[str], object]] = []

    @property
    def words(self) -> str:
        """Who is left alone and why, "" for nobody."""
        return "; ".join(self._parked.values())

    def listen(self, tell: Callable[[str], object]) -> None:
        """Tell of `words` whenever they change."""
        self._listeners.append(tell)

    def park(self, role: str, words: str) -> None:
        """Take note that a model is left alone; "" that it is asked again."""
        before = self.words
        self._parked.pop(role, None)
        if words:
            self._parked[role] = words
        if self.words != before:
            for tell in self._listeners:
                tell(self.words)

    @contextmanager
    def idle(self, request: Request) -> Generator[None]:
        """Hold that a request has not been sent, or came back unanswered and unpaid and is not sent again yet."""
        call = request.purpose, request.subject
        self._idle[call] += 1
        self.stir()
        try:
            yield
        finally:
            self._idle[call] -= 1
            if not self._idle[call]:
                del self._idle[call]

    @contextmanager
    def resting(self, program_id: str, subject: str) -> Generator[None]:
        """Hold that the score of a program rests upon what is asked about this subject."""
        self._resting[program_id, subject] += 1
        try:
            yield
        finally:
            self._resting[program_id, subject] -= 1
            self._resting += Counter()  # without those at nought

    def is_idle(self, ticket: int) -> bool:
        """Tell whether a ticket's own request is not on its way."""
        return self.holds(Purpose.PROPOSE, str(ticket))

    def holds(self, purpose: str, subject: str) -> bool:
        """Tell whether a request of this purpose about this subject is not on its way."""
        return self._idle[purpose, subject] > 0

    def holds_about(self, program_id: str) -> bool:
        """Tell whether any request about a program is not on its way: a judge's, or one for its likeness."""
        upon = {subject for (program, subject), count in self._resting.items() if count > 0 and program == program_id}
        upon.add(program_id)
        return any(count > 0 and subject in upon for (_, subject), count in self._idle.items())

    def stir(self) -> None:
        """Wake who waits for something to become idle."""
        self._stirred.set()

    def calm(self) -> None:
        """Forget what became idle so far."""
        self._stirred.clear()

    async def stirring(self) -> None:
        """Wait until something becomes idle."""
        await self._stirred.wait()
