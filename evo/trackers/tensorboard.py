"""Tracker `tensorboard`: the numbers of every commit as scalars over the log, in event files that TensorBoard reads."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evo.trackers.row import COMMIT, numbers
from evo.trackers.tracker import Told, Tracker, extra, lacking_extra

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evo.trackers.tracker import Row, TrackedRun, Tracking

_NAME, _PATTERN = "tensorboard", "events.out.tfevents.*"


class _Events:
    # One record for a commit: a kill leaves it whole or torn, and what is torn is not read back.
    def __init__(self, folder: Path, protos: Any, writer: Any) -> None:  # noqa: ANN401 - see `extra`
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._protos, self._made = folder, protos, writer
        self._writer: Any = None

    def told(self) -> Told:
        loader = extra("tensorboard.backend.event_processing.event_file_loader", _NAME).RawEventFileLoader
        events = self._protos.event_pb2.Event
        steps = [
            event.step
            for path in sorted(self._folder.glob(_PATTERN))
            for event in map(events.FromString, loader(str(path)).Load())
            if event.HasField("summary")
        ]
        return Told(commits=max(steps, default=-1) + 1)

    def tell(self, rows: Sequence[Row]) -> None:
        if self._writer is None:  # every session has a file of its own
            name = f"events.out.tfevents.{time.time_ns():020d}.{os.getpid()}"
            self._writer = self._made((self._folder / name).open("xb"))
            self._writer.write(self._protos.event_pb2.Event(file_version="brain.Event:2").SerializeToString())
        for row in rows:
            if row["entry"] == COMMIT:
                scalar = self._protos.summary_pb2.Summary.Value
                values = [scalar(tag=name, simple_value=value) for name, value in numbers(row).items()]
                summary = self._protos.summary_pb2.Summary(value=values)
                event = self._protos.event_pb2.Event(wall_time=row["at"], step=row["seq"], summary=summary)
                self._writer.write(event.SerializeToString())
        self._writer.flush()

    def close(self, state: str) -> None:
        del state  # scalars have no end
        if self._writer is not None:
            self._writer.close()


@dataclass(frozen=True, kw_only=True)
class TensorBoard(Tracker):
    """The numbers of every commit as scalars; look at them with `tensorboard --logdir runs`.

    Attributes:
        path: of the folder of event files; a relative one is within the run's folder.
    """

    path: str = _NAME

    def lacking(self) -> str:
        """Return how to get TensorBoard where it is not installed."""
        return lacking_extra(_NAME, _NAME)

    def open(self, run: TrackedRun) -> Tracking:
        """Open the folder of a run; see `Tracker.open`."""
        writer = extra("tensorboard.summary.writer.record_writer", _NAME).RecordWriter
        for name in ("event_pb2", "summary_pb2"):
            extra(f"tensorboard.compat.proto.{name}", _NAME)
        return _Events(run.folder / self.path, extra("tensorboard.compat.proto", _NAME), writer)
