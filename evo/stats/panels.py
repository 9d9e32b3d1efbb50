"""What a figure of several runs shows: a panel for each problem, in it the curves of each kind of run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.stats.curve import bests

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.stats.run_figures import RunFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One problem.

    Attributes:
        unit: of the objective, "" for none.
        kinds: name -> the best objective so far after each evaluation, run by run; None before the first VALID one.
        targets: drawn as lines.
    """

    problem: str
    instance: str
    unit: str
    kinds: Mapping[str, Sequence[Sequence[float | None]]]
    targets: Sequence[float] = ()


def make_panels(runs: Sequence[RunFigures], targets: Sequence[float]) -> list[Panel]:
    """Return a panel for each problem and unit among some runs, a curve for each kind of run."""
    found: dict[tuple[str, str, str], dict[str, list[list[float | None]]]] = {}
    for run in runs:
        curves = found.setdefault((run.problem, run.instance, run.unit), {})
        name = f"{run.strategy} {run.kind}" if run.strategy else "runs"
        curves.setdefault(name, []).append([*bests(run.scores, run.direction)])
    return [
        Panel(problem=problem, instance=instance, unit=unit, kinds=curves, targets=targets)
        for (problem, instance, unit), curves in found.items()
    ]
