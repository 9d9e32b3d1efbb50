"""The run's trackers at work: each in a thread of its own that follows the log in the database, never in the run's way.

A teller reads what is durable and tells what its tracker's destination does not hold yet. It shares nothing with the
loop but the file; whatever a tracker raises, and however long it takes, is said once, and the run is what it would have
been.
"""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import asynccontextmanager
from itertools import islice
from typing import TYPE_CHECKING, cast

from evo.assemble import models
from evo.errors import ConflictError
from evo.llm.facts import named_variables
from evo.records import Commit, Direction
from evo.store.reading.view import open_run
from evo.trackers.row import commit_row, event_row
from evo.trackers.tracker import TrackedRun

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
    from pathlib import Path

    from evo.assemble.setup import Setup
    from evo.parts import Part
    from evo.records import Entry
    from evo.search.loop import Search
    from evo.store.reading.view import RunView
    from evo.trackers.tracker import Row, Told, Tracker, Tracking

PAUSE_SECONDS = 0.5
"""How often the log is looked at."""
PATIENCE_SECONDS = 60.0
"""How long a run that has ended waits for a tracker to hear the last of it."""
_AT_ONCE = 200


def secrets_of(trackers: Sequence[Part]) -> tuple[str, ...]:
    """Return the values of the variables that trackers name in options ending in `_env`; they may appear nowhere."""
    names = {name for part in trackers for name in named_variables(part.value)}
    return tuple(value for name in sorted(names) if (value := os.environ.get(name, "").strip()))


def check_trackers(setup: Setup) -> None:
    """Refuse a run one of whose trackers could tell nobody, before there is anything of it.

    Raises:
        SpecError: at the tracker's place.
    """
    for number, part in enumerate(setup.trackers):
        asked = getattr(part.value, "lacking", None)
        if lacking := str(asked()) if asked else "":
            raise setup.declared.trackers[number].error(lacking)


@asynccontextmanager
async def telling(setup: Setup, search: Search, complain: Callable[[str], None]) -> AsyncGenerator[None]:
    """Follow the log with every tracker of a run; wait at the end until all is told.

    Args:
        setup: the run.
        search: which is under way; how it ends is told as well.
        complain: is told, once for each tracker that fails, what went wrong.
    """
    tellers = [Teller(part, _tracked(setup, search.folder), complain) for part in setup.trackers]
    for teller in tellers:
        teller.start()
    try:
        yield
    finally:
        await asyncio.gather(*(asyncio.to_thread(teller.finish, search.run_state) for teller in tellers))


class Teller:
    """One tracker, told of one run.

    Args:
        part: the tracker.
        run: what it is told the run is.
        complain: see `telling`.
    """

    def __init__(self, part: Part, run: TrackedRun, complain: Callable[[str], None]) -> None:
        self._tracker, self._run = cast("Tracker", part.value), run
        self._name, self._complain = f"{part.place}: {part.use}", complain
        self._over, self._state, self._silent = threading.Event(), "failed", threading.Event()
        self._best: float | None = None
        self._usd, self._tokens, self._first, self._events = 0.0, 0, 0, 0
        # What hangs here must not keep the process from ending.
        self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)

    def start(self) -> None:
        """Begin to follow the log."""
        self._thread.start()

    def finish(self, state: str) -> None:
        """Have the rest told and the destination closed; one that takes too long is left behind."""
        self._state = state
        self._over.set()
        self._thread.join(PATIENCE_SECONDS)
        if self._thread.is_alive():
            self._say(f"did not take what was told within {PATIENCE_SECONDS:g} s")

    def _work(self) -> None:
        try:
            with open_run(self._run.folder) as view:
                tracking = self._tracker.open(self._run)
                self._recall(view, tracking.told())
                while not self._tell(view, tracking, last=self._over.is_set()):
                    self._over.wait(PAUSE_SECONDS)
            tracking.close(self._state)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - somebody's tracker, which may not harm the run
            self._say(f"{type(error).__name__}: {str(error).strip()[:500]}")

    def _say(self, what: str) -> None:
        if not self._silent.is_set():
            self._silent.set()
            self._complain(
                f"{self._name} {what}. The run goes on without it; a resume tells it what is missing, "
                "or leaves it out: evo resume --set trackers=[]"
            )

    def _recall(self, view: RunView, told: Told) -> None:
        """Take up where the destination left off: what was best and what was spent until then."""
        self._first, self._events = told.commits, told.events
        before = view.attempts()[: told.commits] if told.commits else []
        if len(before) < told.commits:
            raise ConflictError(f"holds {told.commits} commits of {self._run.id}, whose log has {len(before)}")
        for attempt in before:
            self._score(attempt.objective)
            self._usd += sum(charge.cost_usd for charge in attempt.charges)
            self._tokens += sum(charge.tokens for charge in attempt.charges)

    def _tell(self, view: RunView, tracking: Tracking, *, last: bool) -> bool:
        """Tell what is new; return `last`, whether there will be no more."""
        entries = view.log(self._first, self._events)
        while rows := list(self._rows(view, islice(entries, _AT_ONCE))):
            tracking.tell(rows)
        return last

    def _rows(self, view: RunView, entries: Iterator[Entry]) -> Iterator[Row]:
        for entry in entries:
            if isinstance(entry, Commit):
                self._first = entry.seq + 1
                self._score(entry.evaluation.objective if entry.evaluation else None)
                usd, tokens = view.charged(entry.learned)
                self._usd, self._tokens = self._usd + usd, self._tokens + tokens
                yield commit_row(self._run.id, entry, best=self._best, usd=self._usd, tokens=self._tokens)
            else:
                self._events = entry.number + 1
                yield event_row(self._run.id, entry)

    def _score(self, objective: float | None) -> None:
        if objective is not None and (
            self._best is None or Direction(self._run.direction).better(objective, self._best)
        ):
            self._best = objective


def _tracked(setup: Setup, folder: Path) -> TrackedRun:
    objective = setup.problem.spec.objective
    return TrackedRun(
        id=folder.name,
        folder=folder,
        problem=setup.problem.label,
        objective=objective.name,
        direction=objective.direction,
        unit=objective.unit,
        measures=tuple(setup.measures),
        config=models.plain_config(setup),
    )
