"""What tools work with: the runs of one folder, the problems that can be named here, and what is open for them.

Names that come from a client are names and no paths, so that nobody reads or runs what the owner has not put where
runs, problems and configs lie.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from evo.config.resources import known
from evo.errors import NotFoundError, nearest
from evo.mcp.launch import RunLauncher
from evo.mcp.scorer import ProblemScorer
from evo.store.lock import is_locked
from evo.store.reading.address import LAST, find_run, parse
from evo.store.reading.view import open_run
from evo.web.shelf import RunShelf
from evo.wheel.remote import helm_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator
    from pathlib import Path

    from evo.canonical import JSON
    from evo.mcp.policy import Policy
    from evo.store.reading.view import RunView
    from evo.wheel.helm import Wheel

_Result = TypeVar("_Result")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,199}")


class Bench:
    """The place where a server's tools work. Use from one event loop, and close it.

    Args:
        runs_dir: where runs lie.
        policy: what is allowed.

    Attributes:
        policy: as given.
        shelf: the runs, a line about each.
        scorer: scores programs of problems.
        launcher: begins and stops runs.
    """

    def __init__(self, runs_dir: Path, policy: Policy) -> None:
        self._runs_dir = runs_dir
        self.policy = policy
        self.shelf = RunShelf(runs_dir)
        self.scorer = ProblemScorer()
        self.launcher = RunLauncher(runs_dir, policy.max_usd)
        self._turns: dict[Path, asyncio.Lock] = {}

    @property
    def runs_dir(self) -> Path:
        """Where runs lie."""
        return self._runs_dir

    async def close(self) -> None:
        """Stop what was begun, and let go of what is open."""
        await self.launcher.close()
        await self.scorer.close()

    def folder(self, run: str) -> Path:
        """Return the folder of a run by the beginning of its id, or @last.

        Raises:
            NotFoundError: there is none in the folder of runs.
            UsageError: several begin like that.
        """
        if run != LAST and not _NAME.fullmatch(run):
            raise NotFoundError(f"run {run!r:.80}: expected the beginning of an id, or {LAST}")
        found = find_run(self._runs_dir, run)
        if found.parent.resolve() != self._runs_dir.resolve():
            raise NotFoundError(f"run {run!r}: no run of that name lies here")
        return found

    @contextmanager
    def opened(self, run: str) -> Generator[RunView]:
        """Open a run for reading."""
        with open_run(self.folder(run)) as view:
            yield view

    @contextmanager
    def opened_at(self, address: str) -> Generator[tuple[RunView, str]]:
        """Open the run of an address `[RUN:]PROGRAM`; give it with what names the program."""
        place = parse(address)
        with self.opened(place.run) as view:
            yield view, place.program

    async def wheel(self, run: str, work: Callable[[Wheel], Awaitable[_Result]]) -> _Result:
        """Ask, tell or steer a run: at once where a process writes it, else one after another.

        Args:
            run: its name.
            work: is given what the run is asked and told through.
        """
        folder = self.folder(run)
        turn = self._turns.setdefault(folder, asyncio.Lock())
        # A run that lies still is locked while it is taken up for a moment, by this process.
        if is_locked(folder) and not turn.locked():
            return await work(helm_of(folder))
        async with turn:
            return await work(helm_of(folder))

    def problem(self, name: str) -> str:
        """Return the address of a problem that can be named here: NAME or NAME/INSTANCE.

        Raises:
            NotFoundError: neither ships nor lies in ./problems.
        """
        return _known("problem", name, known("problems"))

    def config(self, name: str) -> str:
        """Return what `evo run` takes: a config of ./configs or one that ships, else a problem; see `problem`."""
        configs = known("configs")
        return name if name in configs else _known("config or problem", name, [*configs, *known("problems")])


def _known(kind: str, name: str, names: list[str]) -> str:
    pack, slash, instance = name.partition("/")
    if pack not in names or (slash and not _NAME.fullmatch(instance)):
        raise NotFoundError(f"{kind} {name!r:.80} not found{nearest(pack, names) or '; the tool problems lists them'}")
    return name


def bounded(rows: list[JSON], most: int, what: str) -> dict[str, JSON]:
    """Return at most so many rows, and how many there are."""
    return {what: rows[:most], "count": len(rows)}
