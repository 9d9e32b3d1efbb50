"""What each operator with its model brought: how its tickets ended, how far they took the best, and at what price."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evo.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evo.records import Direction
    from evo.store.reading.attempts import Attempt

ENDS = ("record", "improved", "valid", "not VALID", "duplicate", "no program")
"""From the best to the worst: better than all before, better than its parent, scored, failed, known, no program."""


@dataclass(slots=True, kw_only=True)
class Yield:
    """An operator and the role of `llms` that answered it, "" for none.

    Attributes:
        ends: each of `ENDS` -> how many tickets.
        gain: by which the best so far grew with its programs, in the objective's unit, positive is better.
        cost_usd, tokens: of all answers charged to its tickets. cpu_seconds: of its evaluations.
    """

    operator: str
    llm: str
    ends: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ENDS, 0))
    gain: float = 0.0
    cost_usd: float = 0.0
    tokens: int = 0
    cpu_seconds: float = 0.0

    @property
    def tickets(self) -> int:
        """How many tickets it had."""
        return sum(self.ends.values())


def yields(attempts: Iterable[Attempt], direction: Direction) -> list[Yield]:
    """Return what each operator brought, sorted by operator and role.

    Args:
        attempts: the whole log, in order.
        direction: which objectives are better.
    """
    scores: dict[str, float] = {}
    best: float | None = None
    rows: dict[tuple[str, str], Yield] = {}
    for each in attempts:
        key = (each.operator, each.llm)
        row = rows.setdefault(key, Yield(operator=each.operator, llm=each.llm))
        row.ends[_end(each, best, scores, direction)] += 1
        row.cpu_seconds += each.cpu_seconds
        for charge in each.charges:
            row.cost_usd += charge.cost_usd
            row.tokens += charge.tokens
        if each.objective is not None and each.program is not None:
            scores.setdefault(each.program, each.objective)
            if best is not None:
                row.gain += max(0.0, direction.gain(each.objective, best))
            best = each.objective if best is None or direction.better(each.objective, best) else best
    return [rows[key] for key in sorted(rows)]


def _end(attempt: Attempt, best: float | None, scores: dict[str, float], direction: Direction) -> str:
    if attempt.objective is None:
        if attempt.outcome is Outcome.DUPLICATE:
            return "duplicate"
        return "no program" if attempt.program is None else "not VALID"
    if best is None or direction.better(attempt.objective, best):
        return "record"
    before = scores.get(attempt.parent or "")
    return "improved" if before is not None and direction.better(attempt.objective, before) else "valid"
