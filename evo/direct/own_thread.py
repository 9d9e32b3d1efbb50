"""One search in a thread of its own, while the caller's thread judges, looks on and may interrupt."""

from __future__ import annotations

import asyncio
import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Protocol

from evo.direct.caller import told
from evo.direct.result import Optimized
from evo.errors import EvoError, JudgeError
from evo.search.loop import Search

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from evo.direct.caller import CallerJudge
    from evo.records import Commit

_TURN_SECONDS = 0.1


class View(Protocol):
    """What shows a search while it runs; called in the caller's thread alone."""

    def begin(self, search: Search) -> None:
        """Take note of the search."""
        ...

    def commit(self, commit: Commit) -> None:
        """Take note of a commit."""
        ...

    def tick(self) -> None:
        """Bring what is shown up to date."""
        ...

    def end(self) -> None:
        """Show how it ended."""
        ...


class Sitting:
    """A search that is seen through, from its opening to its end.

    Args:
        opening: begins it, or takes it up.
        judge: answers in the caller's thread.
        view: shows it there.
    """

    def __init__(self, opening: AbstractAsyncContextManager[Search], judge: CallerJudge, view: View) -> None:
        self._opening, self._judge, self._view = opening, judge, view
        self._happened: SimpleQueue[Search | Commit] = SimpleQueue()
        self._search: Search | None = None
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._error: BaseException | None = None
        self._interrupts = 0

    def see_through(self) -> Optimized:
        """Carry the search out and return what came of it.

        Raises:
            JudgeError: the score function failed on the seed, or on several programs.
            KeyboardInterrupt: at the second interrupt; the first one lets what is in flight finish.
            EvoError: what a run can fail of.
        """
        thread = threading.Thread(target=self._run, name="evo search", daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                self._turn()
            self._show()
        finally:
            self._view.end()
        return self._result()

    def _turn(self) -> None:
        """Judge one program if one waits, and show what has happened."""
        try:
            self._judge.serve(_TURN_SECONDS)
            self._show()
            self._view.tick()
        except KeyboardInterrupt:
            self._interrupts += 1
            self._ask_to_stop()

    def _ask_to_stop(self) -> None:
        loop, task, search = self._loop, self._task, self._search
        if loop is None or task is None:
            return
        if self._interrupts > 1 or search is None:
            loop.call_soon_threadsafe(task.cancel)
        else:
            loop.call_soon_threadsafe(search.drain)

    def _show(self) -> None:
        while True:
            try:
                found = self._happened.get_nowait()
            except Empty:
                return
            if isinstance(found, Search):
                self._view.begin(found)
            else:
                self._view.commit(found)

    def _run(self) -> None:
        """Live in the search's thread."""
        try:
            asyncio.run(self._whole())
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            self._error = error

    async def _whole(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        async with self._opening as search:
            self._search = search
            self._happened.put(search)
            async for commit in search:
                self._happened.put(commit)

    def _result(self) -> Optimized:
        search, errors = self._search, self._judge.errors
        if self._interrupts > 1:
            where = f"; what was committed is kept in {search.folder}" if search else ""
            raise KeyboardInterrupt(f"stopped at once{where}")
        if self._error is not None:
            raise self._error
        if search is None:
            raise KeyboardInterrupt("stopped before the search began")
        if search.run_state == "paused" and errors:
            raise JudgeError(
                f"{told(errors[-1])}\nIt failed {len(errors)} times; the run is kept in {search.folder}. Mend the "
                "function and call evo.optimize again: another score is another question, so that begins a new run"
            ) from errors[-1]
        if search.run_state == "paused":
            raise EvoError(f"the run has paused: {search.stop_reason}\nIt is kept in {search.folder}")
        return Optimized(search.folder)
