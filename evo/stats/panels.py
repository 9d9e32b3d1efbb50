"""What a figure of several runs shows: a panel for each problem, in it the curves of each kind of run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from evo.config.gist import differences_of
from evo.stats.curve import bests

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.stats.run_figures import RunFigures


_OF_NO_KIND = ("problem", "seed", "executor", "source", "strategy", "prompts.libraries")
_LONGEST = 60
"""Characters up to which differences are told in a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One problem.

    Attributes:
        unit: of the objective, "" for none.
        objective: what it is called, "" where nobody knows.
        kinds: name of the config -> the best objective so far after each evaluation, run by run; None before the first
            VALID one.
        targets: drawn as lines.
    """

    problem: str
    instance: str
    unit: str
    kinds: Mapping[str, Sequence[Sequence[float | None]]]
    targets: Sequence[float] = ()
    objective: str = ""


def make_panels(runs: Sequence[RunFigures], targets: Sequence[float]) -> list[Panel]:
    """Return a panel for each problem and unit among some runs, a curve for each kind of run."""
    found: dict[tuple[str, str, str], list[RunFigures]] = {}
    for run in runs:
        found.setdefault((run.problem, run.instance, run.unit), []).append(run)
    panels: list[Panel] = []
    for (problem, instance, unit), members in found.items():
        names = name_kinds(members)
        curves: dict[str, list[list[float | None]]] = {}
        for run in members:
            curves.setdefault(names[run.kind], []).append([*bests(run.scores, run.direction)])
        objective = next((run.objective for run in members if run.objective), "")
        panels.append(
            Panel(problem=problem, instance=instance, unit=unit, objective=objective, kinds=curves, targets=targets)
        )
    return panels


def name_kinds(runs: Sequence[RunFigures]) -> dict[str | None, str]:
    """Return what each kind of run is called: its strategy, and where several have that one, what else is different.

    Where too much is different, six digits tell the kinds apart, as in `evo compare`.
    """
    first = {run.kind: run for run in reversed(runs)}
    shared = Counter(run.strategy for run in first.values())
    keyed = {str(kind): run.config for kind, run in first.items() if run.config}
    differing = cast("list[dict[str, Any]]", differences_of(keyed)) if max(shared.values(), default=0) > 1 else []
    told = [each for each in differing if not f"{each['key']}.".startswith(tuple(f"{key}." for key in _OF_NO_KIND))]
    names: dict[str | None, str] = {}
    for kind, run in first.items():
        name = run.strategy or "runs"
        if shared[run.strategy] > 1:
            own = ", ".join(f"{each['key']} {_words(each['values'].get(str(kind)))}" for each in told)
            name = f"{name}, {own}" if own and len(own) <= _LONGEST else f"{name} {kind}"
        names[kind] = name if name not in names.values() else f"{run.strategy} {kind}"
    return names


def _words(value: object) -> str:
    return "-" if value is None else str(value)
