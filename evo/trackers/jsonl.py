"""Tracker `jsonl`: every commit and every event of a run as a line of JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.errors import EvoError
from evo.trackers.line_file import LineFile
from evo.trackers.row import COMMIT
from evo.trackers.tracker import Told, Tracker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.trackers.tracker import Row, TrackedRun, Tracking


class _Lines:
    def __init__(self, file: LineFile, run: str) -> None:
        self._file, self._run = file, run

    def told(self) -> Told:
        commits = events = 0
        for line in self._file.lines():
            row = json.loads(line)
            if row.get("run") != self._run:
                raise EvoError(f"{self._file.path} holds the run {row.get('run')!r}; expected a file of {self._run}")
            if row["entry"] == COMMIT:
                commits = int(row["seq"]) + 1
            else:
                events = int(row["number"]) + 1
        return Told(commits=commits, events=events)

    def tell(self, rows: Sequence[Row]) -> None:
        self._file.add(json.dumps(row, ensure_ascii=False) for row in rows)

    def close(self, state: str) -> None:
        del state  # the run's own log says how it ended
        self._file.close()


@dataclass(frozen=True, kw_only=True)
class JsonLines(Tracker):
    """Every commit and every event as a line of JSON.

    Attributes:
        path: of the file; a relative one is within the run's folder. A file belongs to one run.
    """

    path: str = "commits.jsonl"

    def open(self, run: TrackedRun) -> Tracking:
        """Open the file of a run; see `Tracker.open`."""
        return _Lines(LineFile(run.folder / self.path), run.id)
