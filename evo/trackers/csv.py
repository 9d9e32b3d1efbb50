"""Tracker `csv`: every commit of a run as a row of a table that grows while the run goes on."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from evo.errors import EvoError
from evo.trackers.line_file import LineFile
from evo.trackers.row import COLUMNS, COMMIT
from evo.trackers.tracker import Told, Tracker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evo.canonical import JSON
    from evo.trackers.tracker import Row, TrackedRun, Tracking

_KEPT = tuple(name for name in COLUMNS if name != "entry")


class _Table:
    def __init__(self, file: LineFile, run: TrackedRun) -> None:
        self._file, self._run = file, run

    def told(self) -> Told:
        names = [*_KEPT, *(f"measure.{name}" for name in self._run.measures), "metrics"]
        rows = csv.reader(self._file.lines())
        if (head := next(rows, None)) is None:
            self._file.add([_line(names)])
            return Told()
        last: dict[str, str] = {}
        for row in rows:
            last = dict(zip(head, row, strict=False))
        if head != names or last.get("run", self._run.id) != self._run.id:
            raise EvoError(f"{self._file.path} is another run's table; expected one of {self._run.id}, or no file")
        return Told(commits=int(last["seq"]) + 1 if last else 0)

    def tell(self, rows: Sequence[Row]) -> None:
        self._file.add(_line(self._values(row)) for row in rows if row["entry"] == COMMIT)

    def _values(self, row: Row) -> Iterable[JSON]:
        measures = cast("Mapping[str, JSON]", row["measures"])
        return [*(row[name] for name in _KEPT), *map(measures.get, self._run.measures), json.dumps(row["metrics"])]

    def close(self, state: str) -> None:
        del state  # the run's own log says how it ended
        self._file.close()


def _line(values: Iterable[JSON]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(list(values))
    return text.getvalue()


@dataclass(frozen=True, kw_only=True)
class CsvTable(Tracker):
    """Every commit as a row of a table: what came of it, its scores, the best so far, what was spent.

    Attributes:
        path: of the file; a relative one is within the run's folder. A file belongs to one run.
    """

    path: str = "commits.csv"

    def open(self, run: TrackedRun) -> Tracking:
        """Open the file of a run; see `Tracker.open`."""
        return _Table(LineFile(run.folder / self.path), run)
