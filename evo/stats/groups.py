"""Runs side by side: the figures of each, then those of one kind together."""

from __future__ import annotations

from dataclasses import asdict
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING, Any, TypeAlias

from evo.records import Direction
from evo.stats import insight_effect
from evo.stats.curve import area, count_to_target
from evo.stats.mann_whitney import adjust_by_holm, compare_samples
from evo.stats.quartiles import quartiles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.stats.insight_effect import Tried
    from evo.stats.run_figures import RunFigures

# Plain data, as `evo compare --json` has it.
_Data = Any
_Row: TypeAlias = "dict[str, _Data]"
_KIND = ("problem", "instance", "direction", "unit", "strategy", "config")
_TESTED = ("best", "area")
_SPREAD = ("best", "evaluations", "cost_usd", "area")


def compare_runs(runs: Sequence[RunFigures], targets: Sequence[float]) -> dict[str, _Data]:
    """Return `runs`, `groups` and `tests`, the keys of `evo compare --json`.

    Args:
        runs: of any problems; areas are taken over as many evaluations as the shortest run of a problem has.
        targets: objectives to reach.
    """
    spans: dict[tuple[str, str], int] = {}
    for run in runs:
        problem = (run.problem, run.instance)
        spans[problem] = min(spans.get(problem, run.evaluations), run.evaluations)
    rows = [_make_row(run, spans[run.problem, run.instance], targets) for run in runs]
    return {"runs": rows, "groups": _group_rows(rows, {run.run: run for run in runs}), "tests": _test_kinds(rows)}


def _make_row(run: RunFigures, span: int, targets: Sequence[float]) -> dict[str, _Data]:
    calls = run.insights
    return {
        "run": run.run,
        "problem": run.problem,
        "instance": run.instance,
        "direction": str(run.direction),
        "unit": run.unit,
        "strategy": run.strategy,
        "config": run.kind,
        "seed": run.seed,
        "state": run.state,
        "best": run.best,
        "evaluations": run.evaluations,
        "valid": run.valid,
        "seconds": run.seconds,
        "cost_usd": run.cost_usd,
        "insights": None if calls is None else {**_measure_effect(run.tried), "asked": asdict(calls)},
        "arms": {name: _measure_effect(tried) for name, tried in run.arms.items()},
        "area": area(run.scores[:span], run.direction),
        "targets": [_measure_target(run, target) for target in targets],
    }


def _measure_target(run: RunFigures, target: float) -> dict[str, _Data]:
    found = count_to_target(run.scores, target, run.direction)
    return {"target": target, "evaluations": found, "cost_usd": run.costs[found - 1] if found else None}


def _measure_effect(tickets: Sequence[Tried]) -> dict[str, _Data]:
    """Return what it made of a difference to be in one half and not in the other."""
    found = {
        "improved": insight_effect.rates(tickets, "improved"),
        "placed": insight_effect.rates(tickets, "placed"),
        "gain": insight_effect.gains(tickets),
    }
    return {name: asdict(each) for name, each in found.items()}


def _join_kinds(rows: Sequence[_Row]) -> dict[tuple[_Data, ...], list[_Row]]:
    kinds: dict[tuple[_Data, ...], list[_Row]] = {}
    for row in rows:
        kinds.setdefault(tuple(row[name] for name in _KIND), []).append(row)
    return kinds


def _test_kinds(rows: Sequence[_Row]) -> list[_Row]:
    """Return whether one kind of run is better than another of the same problem, for all pairs of kinds."""
    found: list[_Row] = []
    for (kind, ours), (other, theirs) in combinations(_join_kinds(rows).items(), 2):
        problem, instance, direction, unit, *own = kind
        if (problem, instance, direction, unit) != other[:4]:
            continue
        for name in _TESTED:
            samples = [[row[name] for row in group if row[name] is not None] for group in (ours, theirs)]
            test = compare_samples(*samples)
            if test is not None:
                better = test.higher if direction == Direction.MAXIMIZE else 1 - test.higher
                names = (" ".join(str(part) for part in each if part) for each in (own, other[4:]))
                place = {"problem": problem, "instance": instance, "unit": unit, **dict(zip("ab", names, strict=True))}
                found.append({**place, "what": name, "better": better, "p": test.p})
    for row, adjusted in zip(found, adjust_by_holm([row["p"] for row in found]), strict=True):
        row["adjusted"] = adjusted
    return found


def _group_rows(rows: Sequence[_Row], runs: Mapping[str, RunFigures]) -> list[dict[str, _Data]]:
    return [
        {
            **dict(zip(_KIND, kind, strict=True)),
            "runs": len(members),
            **{name: _spread([row[name] for row in members if row[name] is not None]) for name in _SPREAD},
            "targets": [
                _join_targets([row["targets"][i] for row in members]) for i in range(len(members[0]["targets"]))
            ],
            "insights": _measure_effect([each for row in members for each in runs[row["run"]].tried])
            if any(row["insights"] for row in members)
            else None,
            "arms": {
                name: _measure_effect([each for row in members for each in runs[row["run"]].arms.get(name, ())])
                for name in dict.fromkeys(name for row in members for name in row["arms"])
            },
        }
        for kind, members in _join_kinds(rows).items()
    ]


def _spread(values: Sequence[float]) -> dict[str, float] | None:
    if not values:
        return None
    return dict(zip(("q1", "median", "q3"), quartiles([float(value) for value in values]), strict=True))


def _join_targets(found: Sequence[_Row]) -> dict[str, _Data]:
    counts = [each["evaluations"] for each in found if each["evaluations"] is not None]
    costs = [each["cost_usd"] for each in found if each["cost_usd"] is not None]
    return {
        "target": found[0]["target"],
        "reached": len(counts),
        "evaluations": median(counts) if counts else None,
        "cost_usd": median(costs) if costs else None,
    }
