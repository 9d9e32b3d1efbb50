"""The figures of one run that are set against those of others."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from evo.config.gist import gist_of
from evo.config.objective_name import find_objective_name
from evo.records import Direction, Purpose
from evo.stats import insight_effect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.stats.insight_effect import InsightCalls, Tried
    from evo.store.reading.view import RunView


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
        objective: what it is called, "" where nobody knows.
        config: as the run keeps it, "" where nobody asks.
        arms: likewise for each arm of its prompts.
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
    objective: str = ""
    config: str = ""
    arms: Mapping[str, Sequence[Tried]] = field(default_factory=lambda: MappingProxyType({}))


def figures_of(view: RunView) -> RunFigures:
    """Read the figures of a run."""
    data: dict[str, Any] = view.status()
    gist = gist_of(view.header.spec, str(view.folder))
    asks = gist is not None and gist.insights
    arms: Mapping[str, float] = gist.arms if gist else {}
    return RunFigures(
        **{name: data[name] for name in ("run", "problem", "instance", "unit", "seed", "state")},
        **{name: data[name] for name in ("evaluations", "valid", "seconds", "cost_usd")},
        direction=Direction(data["direction"]),
        strategy=gist.strategy if gist else None,
        kind=gist.kind if gist else None,
        best=data["best"]["objective"] if data["best"] else None,
        scores=view.scores(),
        costs=view.costs(),
        target=gist.target if gist else None,
        objective=find_objective_name(view.header.spec, view.header.id),
        config=view.header.spec,
        insights=insight_effect.asked(view.answers(Purpose.INSIGHT)) if asks else None,
        tried=insight_effect.tried(view.commits(), view.direction) if asks else (),
        arms={
            name: insight_effect.tried(
                view.commits(), view.direction, insight_effect.prompt_arm(name, share, view.header.seed)
            )
            for name, share in arms.items()
        },
    )
