"""What is new, told to any number of readers: each learns the latest, and none is waited for.

One task looks at a run while anybody watches it, by the times of its files first and by one short read when these have
changed. It keeps the latest stand and no queue, so a reader that is slow, or has stopped, costs nothing and holds
nobody up; it learns the latest when it comes back.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self, TypeAlias

from evo.errors import EvoError
from evo.store.progress_board import progress_stamp
from evo.web.shelf import stamp_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from evo.canonical import JSON
    from evo.web.shelf import RunShelf

PROGRESS_KEY = "progress"
LOOK_SECONDS = 0.5
_ALIVE_EVERY = 4
"""Looks between two at the lock: a process that dies changes no file."""


_Call: TypeAlias = "Callable[[Callable[[], dict[str, JSON]]], Awaitable[dict[str, JSON]]]"
_NOTHING: dict[str, JSON] = {}


class RunWatch:
    """One run under somebody's eyes.

    Args:
        look: returns how the run stands, or {"state": "gone", "reason": ...}.
        stamp: returns what changes whenever the run does.
        seconds: between two looks.
    """

    def __init__(
        self,
        look: Callable[[], Awaitable[dict[str, JSON]]],
        stamp: Callable[[], object],
        *,
        seconds: float = LOOK_SECONDS,
    ) -> None:
        self._look, self._stamp, self._seconds = look, stamp, seconds
        self._number, self._stand = 0, _NOTHING
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._readers = 0

    async def __aenter__(self) -> Self:
        self._readers += 1
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._readers -= 1
        if self._readers == 0 and self._task is not None:
            self._task.cancel()
            self._task = None

    @property
    def watched(self) -> bool:
        """Whether anybody watches."""
        return self._readers > 0

    async def after(self, number: int) -> tuple[int, dict[str, JSON]]:
        """Wait until there is news later than number `number`; return its number and the stand."""
        while self._number <= number:
            await self._news.wait()
        return self._number, self._stand

    async def _run(self) -> None:
        seen: object = None
        looks = 0
        while True:
            stamp = self._stamp()
            if stamp != seen or looks % _ALIVE_EVERY == 0:
                self._tell(await self._look())
            seen, looks = stamp, looks + 1
            await asyncio.sleep(self._seconds)

    def _tell(self, stand: dict[str, JSON]) -> None:
        if stand == self._stand:
            return
        self._number, self._stand = self._number + 1, stand
        news, self._news = self._news, asyncio.Event()
        news.set()


class RunWatches:
    """The runs that somebody watches, each looked at once for all.

    Args:
        shelf: where the runs lie.
        call: runs a function elsewhere, so that reading holds nobody up.
    """

    def __init__(self, shelf: RunShelf, call: _Call) -> None:
        self._shelf, self._call = shelf, call
        self._known: dict[str, RunWatch] = {}

    def of(self, name: str) -> RunWatch:
        """Return the watch over a run; "" is the folder of runs itself."""
        self._known = {each: watch for each, watch in self._known.items() if watch.watched}
        if name not in self._known:
            look = self._read_folder if not name else lambda: self._read_run(name)
            stamp = self._stamp_folder if not name else lambda: self._stamp_run(name)
            self._known[name] = RunWatch(lambda: self._call(look), stamp)
        return self._known[name]

    def _stamp_run(self, name: str) -> object:
        folder = self._shelf.place / name
        return stamp_of(folder), progress_stamp(folder)

    def _read_run(self, name: str) -> dict[str, JSON]:
        """Return how a run stands and, as `progress`, how far its judgements are; None where nothing tells that."""
        try:
            with self._shelf.open_named(name) as reader:
                return {**reader.stand(), PROGRESS_KEY: reader.progress()}
        except EvoError as error:
            return {"state": "gone", "reason": str(error)}

    def _read_folder(self) -> dict[str, JSON]:
        return {"stamp": str(hash(self._stamp_folder()))}

    def _stamp_folder(self) -> object:
        return tuple((folder.name, stamp_of(folder)) for folder in self._shelf.folders())
