"""The figures of one run that are set against those of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.records import Direction
    from evo.stats.insight_effect import InsightCalls, Tried


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFigures:
    """One run.

    Attributes:
        run: its id.
        kind: of its declaration, the same for runs that differ in problem, seed and executor alone; None if unknown.
        strategy: None if unknown.
        best: the best objective, in `unit`; None without a VALID evaluation.
        evaluations, valid: how many, and how many of them VALID.
        seconds: over all sittings.
        scores: the objective of every evaluation, in order; None unless VALID.
        costs: usd spent up to and with each evaluation.
        target: the objective at which it stops; None for none.
        insights: what its analyst was asked; None for a run without one.
        tried: the tickets that were drawn to be shown insights or not.
    """

    run: str
    problem: str
    instance: str
    direction: Direction
    unit: str
    strategy: str | None
    kind: str | None
    seed: int
    state: str
    best: float | None
    evaluations: int
    valid: int
    seconds: float
    cost_usd: float
    scores: Sequence[float | None]
    costs: Sequence[float]
    target: float | None = None
    insights: InsightCalls | None = None
    tried: Sequence[Tried] = ()
