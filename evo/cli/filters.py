"""Which runs are meant: `--problem`, `--state`, `--since`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evo.errors import UsageError, nearest
from evo.render.tables import name_problem
from evo.store.reading.commit_filter import read_moment

# Plain data, as `evo runs --json` has it.
_Data = Any
STATES = ("running", "finished", "paused", "interrupted", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """Which runs are meant; "" asks for nothing.

    Attributes:
        problem: NAME or NAME/INSTANCE.
        state: see STATES.
        since: the earliest time of their beginning, as `read_moment` takes it.
    """

    problem: str = ""
    state: str = ""
    since: str = ""

    def __post_init__(self) -> None:
        """Refuse what no run can have.

        Raises:
            UsageError: a state or a time that is none.
        """
        if self.state and self.state not in STATES:
            hint = nearest(self.state, STATES) or f"; there are {', '.join(STATES)}"
            raise UsageError(f"--state {self.state}: no such state{hint}")
        self.begins()

    def begins(self) -> float:
        """Return the earliest time that is meant, Unix time in seconds; 0.0 for all."""
        return read_moment(self.since)

    def takes(self, row: _Data, begins: float) -> bool:
        """Tell whether a run is meant.

        Args:
            row: of `evo runs --json`.
            begins: what `begins` returned, asked once so that all runs meet the same clock.
        """
        names = {row["problem"], name_problem(row["problem"], row["instance"])}
        return (
            (not self.problem or self.problem in names)
            and (not self.state or row["state"] == self.state)
            and row["created"] >= begins
        )
