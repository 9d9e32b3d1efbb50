"""Which commits are meant: by island, operator, model, outcome and time."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from evo.errors import NotFoundError, UsageError, nearest
from evo.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.records import Commit
    from evo.store.reading.view import RunView

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def _list_names(names: Sequence[str]) -> str:
    return f"; there are {', '.join(names)}" if names else "; there is none yet"


def read_moment(since: str) -> float:
    """Return the time that `--since` means, Unix time in seconds; 0.0 for "".

    Raises:
        UsageError: neither an age nor a time.
    """
    if not since:
        return 0.0
    if age := re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", since):
        return time.time() - float(age[1]) * _SECONDS[age[2]]
    try:
        return datetime.fromisoformat(since).timestamp()
    except ValueError as error:
        raise UsageError(
            f"--since {since}: expected an age (90s, 30m, 2h, 3d) or a time (2026-01-31, 2026-01-31T12:00)"
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitFilter:
    """What a commit must have; "" and None ask for nothing.

    Attributes:
        island: that it was placed on; seeds lie on every island.
        operator: of the proposal.
        model: the role in the run's `llms`.
        outcome: of the proposal, in any case.
        since: the earliest time of commit: an age as `90s`, `30m`, `2h`, `3d`, or a date as ISO 8601, local time.
    """

    island: int | None = None
    operator: str = ""
    model: str = ""
    outcome: str = ""
    since: str = ""

    def __post_init__(self) -> None:
        """Refuse what no commit can have.

        Raises:
            UsageError: an outcome or a time that is none.
        """
        if self.outcome and self.outcome.upper() not in set(Outcome):
            hint = nearest(self.outcome.upper(), Outcome) or f"; there are {', '.join(Outcome)}"
            raise UsageError(f"--outcome {self.outcome}: no such outcome{hint}")
        self.begins()

    @property
    def asks(self) -> bool:
        """Whether it asks for anything at all."""
        return self != CommitFilter()

    def begins(self) -> float:
        """Return the earliest time that is meant, Unix time in seconds; 0.0 for all."""
        return read_moment(self.since)

    def tell_unknown(self, view: RunView) -> str:
        """Say what of this filter a run knows nothing of, with the nearest that it does; "" if nothing.

        Raises:
            NotFoundError: no such island.
        """
        header = view.header
        if self.island is not None and self.island >= header.islands:
            raise NotFoundError(
                f"run {header.id} has no island {self.island}; its islands are 0 to {header.islands - 1}"
            )
        if not self.operator and not self.model:
            return ""
        operators, roles = view.sources()
        return " ".join(
            f"--{option} {name}: nothing in run {header.id}{nearest(name, known) or _list_names(known)}."
            for option, name, known in (("operator", self.operator, operators), ("model", self.model, roles))
            if name and name not in known
        )

    def unborn(self) -> CommitFilter:
        """Return the filter for an elite's commit: it may lie on islands that it was not made for."""
        return replace(self, island=None)

    def takes(self, commit: Commit, begins: float) -> bool:
        """Tell whether a commit is meant.

        Args:
            commit: any.
            begins: what `begins` returned, asked once so that all commits meet the same clock.
        """
        proposal = commit.proposal
        return (
            (self.island is None or proposal.island is None or proposal.island == self.island)
            and (not self.operator or proposal.operator == self.operator)
            and (not self.model or proposal.llm == self.model)
            and (not self.outcome or proposal.outcome == self.outcome.upper())
            and commit.at >= begins
        )
