"""How strategies stand over several problems: the mean of each with an interval, and its rank among the others."""

from __future__ import annotations

from math import sqrt
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from evo.records import Direction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.stats.run_figures import RunFigures

# Plain data, as `evo suite show --json` has it.
_Data = Any
# Student's t, 97.5 %, for 1, 2, ... degrees of freedom; beyond, 1.96 + 2.4 / df is within a thousandth.
_STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131)


def mean_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean and where it lies with 95 % by Student's t; of one value it is endless."""
    mean = fmean(values)
    if len(values) == 1:
        return mean, float("-inf"), float("inf")
    freedom = len(values) - 1
    factor = _STUDENT[freedom - 1] if freedom <= len(_STUDENT) else 1.96 + 2.4 / freedom
    half = factor * stdev(values) / sqrt(len(values))
    return mean, mean - half, mean + half


def standings(runs: Sequence[RunFigures]) -> list[dict[str, _Data]]:
    """Return a row for each problem and strategy, problems in the order of the runs.

    A row has `problem`, `instance`, `strategy`, `runs`, `scored` (how many have a VALID program), `best` (the best of
    all), `mean` of the runs' best, `low` and `high` (None with fewer than two), and `rank`: 1 for the best mean of a
    problem, equal means share the mean of their ranks, and without any VALID program a strategy comes last.
    """
    kinds: dict[tuple[str, str], dict[str, list[RunFigures]]] = {}
    for run in runs:
        kinds.setdefault((run.problem, run.instance), {}).setdefault(run.strategy or "", []).append(run)
    rows: list[dict[str, _Data]] = []
    for (problem, instance), by_strategy in kinds.items():
        own = [_row(problem, instance, strategy, members) for strategy, members in by_strategy.items()]
        sign = -1 if next(iter(by_strategy.values()))[0].direction == Direction.MAXIMIZE else 1
        costs = [float("inf") if row["mean"] is None else sign * row["mean"] for row in own]
        for row, cost in zip(own, costs, strict=True):
            row["rank"] = (sum(each < cost for each in costs) + sum(each <= cost for each in costs) + 1) / 2
        rows += own
    return rows


def overall(rows: Sequence[dict[str, _Data]]) -> list[dict[str, _Data]]:
    """Return for each strategy its mean rank over `problems` with the interval of that mean, best first.

    Args:
        rows: of `standings`. The interval takes problems for a sample of problems.
    """
    ranks: dict[str, list[float]] = {}
    for row in rows:
        ranks.setdefault(row["strategy"], []).append(row["rank"])
    found: list[dict[str, _Data]] = []
    for strategy, each in ranks.items():
        mean, low, high = mean_interval(each)
        ends = {"low": low, "high": high} if len(each) > 1 else {"low": None, "high": None}
        found.append({"strategy": strategy, "problems": len(each), "rank": mean, **ends})
    return sorted(found, key=lambda row: (row["rank"], row["strategy"]))


def _row(problem: str, instance: str, strategy: str, members: Sequence[RunFigures]) -> dict[str, _Data]:
    scores = [run.best for run in members if run.best is not None]
    better = max if members[0].direction == Direction.MAXIMIZE else min
    mean, low, high = mean_interval(scores) if scores else (None, None, None)
    return {
        "problem": problem,
        "instance": instance,
        "strategy": strategy,
        "runs": len(members),
        "scored": len(scores),
        "best": better(scores) if scores else None,
        "mean": mean,
        "low": low if len(scores) > 1 else None,
        "high": high if len(scores) > 1 else None,
    }
