"""What trackers are told: a commit or an event as one mapping of plain data, and its numbers for those who draw."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.records import Commit, Event
    from evo.trackers.tracker import Row

COMMIT, EVENT = "commit", "event"
COLUMNS = (
    *("run", "entry", "seq", "ticket", "at", "island", "operator", "llm", "outcome", "status", "program"),
    *("objective", "best", "usd", "tokens"),
)
"""The keys of a commit's row that are no mapping; `measures` and `metrics` follow."""
_COUNTED = ("objective", "best", "usd", "tokens")


def commit_row(run: str, commit: Commit, *, best: float | None, usd: float, tokens: int) -> Row:
    """Return the row of a commit.

    Args:
        run: its id.
        commit: as it stands in the log.
        best: the best objective so far, with this commit; None before the first VALID program.
        usd: spent so far, with this commit.
        tokens: likewise.
    """
    proposal, evaluation = commit.proposal, commit.evaluation
    return {
        "run": run,
        "entry": COMMIT,
        "seq": commit.seq,
        "ticket": commit.ticket,
        "at": commit.at,
        "island": proposal.island,
        "operator": proposal.operator,
        "llm": proposal.llm,
        "outcome": str(proposal.outcome),
        "status": str(evaluation.status) if evaluation else None,
        "program": proposal.program.id if proposal.program else None,
        "objective": evaluation.objective if evaluation else None,
        "best": best,
        "usd": usd,
        "tokens": tokens,
        "measures": dict(evaluation.measures) if evaluation else {},
        "metrics": dict(evaluation.metrics) if evaluation else {},
    }


def event_row(run: str, event: Event) -> Row:
    """Return the row of an event."""
    return {
        "run": run,
        "entry": EVENT,
        "number": event.number,
        "kind": str(event.kind),
        "author": event.author,
        "after_seq": event.after_seq,
        "at": event.at,
        "data": dict(event.data),
    }


def numbers(row: Row) -> dict[str, float]:
    """Return the finite numbers of a commit's row by name: `objective`, `best`, `measure.NAME`, `metric.NAME`."""
    found: dict[str, JSON] = {name: row[name] for name in _COUNTED}
    for kind in ("measure", "metric"):
        found |= {f"{kind}.{name}": value for name, value in cast("Mapping[str, JSON]", row[f"{kind}s"]).items()}
    counted = {name: float(value) for name, value in found.items() if isinstance(value, int | float)}
    return {name: value for name, value in counted.items() if math.isfinite(value)}
