"""What a tracker is: a part that is told of every durable commit and event of a run, and takes no part in it.

A tracker says itself what its destination holds already, so after a kill nothing is missing and nothing is told twice,
and one that joins a run later is told of all that was before.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from evo.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evo.canonical import JSON

Row: TypeAlias = "Mapping[str, JSON]"
"""A commit or an event as plain data; see `evo.trackers.row`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedRun:
    """The run that a tracker is told of.

    Attributes:
        id: by which a destination knows it again.
        folder: where it lies; relative places of trackers are within.
        problem: with its instance.
        objective, direction, unit: what is searched: "area", "maximize" or "minimize", "" for none.
        measures: the names of all that a VALID score comes with.
        config: the resolved config as plain data, without secrets.
    """

    id: str
    folder: Path
    problem: str
    objective: str
    direction: str
    unit: str
    measures: tuple[str, ...]
    config: Mapping[str, JSON]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How many commits and events of a run a destination holds: the first so many of each."""

    commits: int = 0
    events: int = 0


class Tracking(Protocol):
    """A destination that is open for one run; used by one thread."""

    def told(self) -> Told:
        """Return what it holds of the run, as it would be found after a kill; asked once, before anything is told."""
        ...

    def tell(self, rows: Sequence[Row]) -> None:
        """Write rows, in the order of the log; those of a kind that it does not keep are passed over."""
        ...

    def close(self, state: str) -> None:
        """Write what is held back and let go; `state` is finished, paused, interrupted or failed."""
        ...


class Tracker(Protocol):
    """A part that tells a run to somebody; inherit it for the defaults.

    Whatever it does wrong is said once, and the run goes on without it.
    """

    def lacking(self) -> str:
        """Return what is missing on this machine and how to get it, "" for nothing; a new run is refused with it."""
        return ""

    def open(self, run: TrackedRun) -> Tracking:
        """Open the destination for a run, new or known by its id."""
        ...


def extra(module: str, name: str) -> Any:  # noqa: ANN401 - packages that are no dependency have no types here
    """Import a package that an extra of this one brings.

    Raises:
        UsageError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise UsageError(lacking_extra(module, name)) from error


def lacking_extra(module: str, name: str) -> str:
    """Return how to get a package that is not installed; "" where it is."""
    from importlib.util import find_spec  # noqa: PLC0415 - asked once for a run with such a tracker

    there = find_spec(module.partition(".")[0]) is not None
    return "" if there else f"{module} is not installed; expected it for this tracker: pip install 'evo-search[{name}]'"
