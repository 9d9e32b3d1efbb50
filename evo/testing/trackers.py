"""What every tracker promises; see `evo.trackers.tracker.Tracker` and `Tracking`."""

from __future__ import annotations

import tempfile
from abc import abstractmethod
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar
from unittest import SkipTest

from evo.records import Event, EventKind
from evo.testing import samples
from evo.testing.part import PartContract
from evo.trackers.row import COMMIT, commit_row, event_row
from evo.trackers.tracker import Told, TrackedRun

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from evo.trackers.tracker import Row, Tracker, Tracking

RUN = "20260102-030405-sample-a1b2"
_COMMITS, _EVENT = 12, 6


class TrackerContract(PartContract):
    """The promises of a tracker: it knows what it was told, over any number of sessions, and keeps runs apart.

    A tracker whose `lacking` says that something is missing is looked at no further. `make` is called for each session;
    what it returns has to find the same destination again.
    """

    kind: ClassVar[str] = "tracker"

    @abstractmethod
    def make(self) -> Tracker:
        """Return the tracker; see `PartContract.make`."""

    def rows(self, run: str = RUN) -> Sequence[Row]:
        """Return a log to tell: commits, VALID, failed and without a program, and an event in the middle."""
        commits = [samples.commit(seq) for seq in range(_COMMITS)]
        said = MappingProxyType({"text": "half\n=1"})
        noted = Event(number=0, kind=EventKind.NOTE, author="person", after_seq=_EVENT - 1, data=said)
        told = [commit_row(run, each, best=None if not each.seq else 0.5, usd=0.25, tokens=7) for each in commits]
        return [*told[:_EVENT], event_row(run, noted), *told[_EVENT:]]

    def test_it_says_what_is_missing_or_nothing(self) -> None:
        """It is asked before there is anything of a run."""
        lacking = _lacking(self.make())
        assert isinstance(lacking, str), f"lacking() = {lacking!r}; expected a text, empty where nothing is missing"

    def test_of_a_new_run_it_holds_nothing(self) -> None:
        """All of the log is told to it."""
        with self._opened() as tracking:
            assert tracking.told() == Told(), f"told() = {tracking.told()} before anything was told"

    def test_it_holds_what_it_was_told_in_another_session(self) -> None:
        """Each session goes on where the destination ends, so that nothing is told twice and nothing is left out."""
        rows = self.rows()
        with _place() as folder:
            for first, last in ((0, 3), (3, 8), (8, len(rows)), (len(rows), len(rows))):
                with self._opened(folder) as tracking:
                    told = tracking.told()
                    expected = sum(row["entry"] == COMMIT for row in rows[:first])
                    assert told.commits == expected, f"told().commits = {told.commits} after {expected} were told"
                    events = first - expected
                    assert told.events in {0, events}, f"told().events = {told.events} after {events} were told"
                    tracking.tell(rows[first:last])

    def test_nothing_to_tell_is_nothing_told(self) -> None:
        """It may be asked with no rows, or with events alone."""
        with _place() as folder:
            with self._opened(folder) as tracking:
                tracking.tell([])
            with self._opened(folder) as tracking:
                assert tracking.told().commits == 0, "told of nothing, it holds commits"

    def _open(self, folder: Path) -> Tracking:
        tracker = self.make()
        if lacking := _lacking(tracker):
            raise SkipTest(lacking)
        return tracker.open(_run(folder))

    @contextmanager
    def _opened(self, folder: Path | None = None) -> Generator[Tracking]:
        with _place(folder) as place:
            tracking = self._open(place)
            try:
                yield tracking
            finally:
                tracking.close("finished")


def _lacking(tracker: object) -> str:
    asked = getattr(tracker, "lacking", None)
    return asked() if asked else ""


def _run(folder: Path) -> TrackedRun:
    return TrackedRun(
        id=RUN,
        folder=folder,
        problem="sample",
        objective="closeness",
        direction="maximize",
        unit="",
        measures=("x", "y"),
        config=MappingProxyType({"problem": "sample", "budget": {"tickets": _COMMITS}}),
    )


@contextmanager
def _place(folder: Path | None = None) -> Generator[Path]:
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)
