"""What `evo compare` does: gather runs, put those of one kind together, draw or emit."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import accumulate
from statistics import fmean, median, quantiles
from typing import TYPE_CHECKING, Any, TypeAlias

from evo.canonical import fingerprint
from evo.cli.streams import emit, note
from evo.cli.surveying import spec_of
from evo.config.run import ExecutorSpec, to_yaml
from evo.records import Direction, Purpose
from evo.render import bands, comparison
from evo.render.console import show as draw
from evo.render.tables import label
from evo.stats import insight_effect
from evo.store.reading import address as addresses
from evo.store.reading.view import open_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from evo.stats.insight_effect import Tried
    from evo.store.reading.view import RunView

# Plain data, as `--json` has it.
_Data = Any
_Scores: TypeAlias = "dict[str, list[float | None]]"
_KIND = ("problem", "instance", "direction", "unit", "strategy", "config")
_SPREAD = ("best", "evaluations", "cost_usd", "area")


def compare(
    runs_dir: Path, names: Sequence[str], targets: Sequence[float], *, figure: Path | None, as_json: bool
) -> None:
    """`evo compare`."""
    folders = dict.fromkeys(addresses.find_run(runs_dir, name, note=note) for name in names)
    data, scores = compared([*folders], targets)
    if figure is not None:
        bands.draw(panels(data, scores), figure)
        note(f"Figure: {figure}")
    if as_json:
        emit(data)
    else:
        draw(comparison.comparison(data))


def compared(folders: Sequence[Path], targets: Sequence[float]) -> tuple[_Data, _Scores]:
    """Return what `evo compare --json` gives for some runs, and the score of every evaluation, by run."""
    rows: list[_Data] = []
    scores: _Scores = {}
    costs: dict[str, list[float]] = {}
    for folder in folders:
        with open_run(folder) as view:
            row = _row(view)
            scores[row["run"]], costs[row["run"]] = view.scores(), view.costs()
            rows.append(row)
    spans: dict[tuple[str, str], int] = {}
    for row in rows:
        problem = (row["problem"], row["instance"])
        spans[problem] = min(spans.get(problem, row["evaluations"]), row["evaluations"])
    for row in rows:
        direction, mine = Direction(row["direction"]), scores[row["run"]]
        row["area"] = area(mine[: spans[row["problem"], row["instance"]]], direction)
        row["targets"] = [_target(each, mine, costs[row["run"]], direction) for each in targets]
    halves: dict[str, list[Tried]] = {row["run"]: row.pop("tried") for row in rows}
    return {"runs": rows, "groups": _groups(rows, halves)}, scores


def _target(target: float, scores: Sequence[float | None], costs: Sequence[float], direction: Direction) -> _Data:
    found = reached(scores, target, direction)
    return {"target": target, "evaluations": found, "cost_usd": costs[found - 1] if found else None}


def panels(data: _Data, scores: _Scores) -> list[bands.Panel]:
    """Return the figure of a comparison: a panel for each problem, a curve for each kind of run."""
    kinds: dict[tuple[str, str], dict[str, list[list[float | None]]]] = {}
    for row in data["runs"]:
        curves = kinds.setdefault((label(row["problem"], row["instance"]), row["unit"]), {})
        name = f"{row['strategy']} {row['config']}" if row["strategy"] else "runs"
        curves.setdefault(name, []).append([*bests(scores[row["run"]], Direction(row["direction"]))])
    aims = [each["target"] for each in data["runs"][0]["targets"]]
    return [
        bands.Panel(title=name, label=unit or "objective", kinds=curves, targets=aims)
        for (name, unit), curves in kinds.items()
    ]


def _row(view: RunView) -> _Data:
    data, spec = view.status(), spec_of(view)
    same = to_yaml(replace(spec, seed=0, executor=ExecutorSpec(), problem="any", source=None)) if spec else ""
    best: _Data = data["best"]
    return {
        "run": data["run"],
        **{name: data[name] for name in ("problem", "instance", "direction", "unit")},
        "strategy": spec.strategy.use if spec else None,
        "config": fingerprint(same)[:6] if spec else None,
        "seed": data["seed"],
        "state": data["state"],
        "best": best["objective"] if best else None,
        **{name: data[name] for name in ("evaluations", "valid", "seconds", "cost_usd")},
        **(_insights(view) if spec and spec.insights else {"insights": None, "tried": []}),
    }


def _insights(view: RunView) -> _Data:
    tickets = insight_effect.tried(view.commits(), view.direction)
    asked = asdict(insight_effect.asked(view.answers(Purpose.INSIGHT)))
    return {"tried": tickets, "insights": {**_paid(tickets), "asked": asked}}


def _paid(tickets: Sequence[Tried]) -> _Data:
    """Return what showing insights made of a difference."""
    found = {
        "improved": insight_effect.rates(tickets, "improved"),
        "placed": insight_effect.rates(tickets, "placed"),
        "gain": insight_effect.gains(tickets),
    }
    return {name: asdict(each) for name, each in found.items()}


def area(scores: Sequence[float | None], direction: Direction) -> float | None:
    """Return the mean of the best objective so far, from the first VALID evaluation on; None without any."""
    sofar = [best for best in bests(scores, direction) if best is not None]
    return fmean(sofar) if sofar else None


def reached(scores: Sequence[float | None], target: float, direction: Direction) -> int | None:
    """Return after how many evaluations an objective was as good as `target`, None if never."""
    good = (i for i, score in enumerate(scores, 1) if score is not None and not direction.better(target, score))
    return next(good, None)


def bests(scores: Sequence[float | None], direction: Direction) -> Iterable[float | None]:
    """Return the best objective after each evaluation, None before the first VALID one."""

    def better(best: float | None, score: float | None) -> float | None:
        return score if best is None or (score is not None and direction.better(score, best)) else best

    return accumulate(scores, better)


def _groups(rows: Sequence[_Data], halves: Mapping[str, Sequence[Tried]]) -> list[_Data]:
    kinds: dict[tuple[object, ...], list[_Data]] = {}
    for row in rows:
        kinds.setdefault(tuple(row[name] for name in _KIND), []).append(row)
    return [
        {
            **dict(zip(_KIND, kind, strict=True)),
            "runs": len(members),
            **{name: _spread([row[name] for row in members if row[name] is not None]) for name in _SPREAD},
            "targets": [_reaching([row["targets"][i] for row in members]) for i in range(len(members[0]["targets"]))],
            "insights": _paid([each for row in members for each in halves[row["run"]]]) if _has(members) else None,
        }
        for kind, members in kinds.items()
    ]


def _has(members: Sequence[_Data]) -> bool:
    return any(row["insights"] for row in members)


def _spread(values: Sequence[float]) -> Mapping[str, float] | None:
    if not values:
        return None
    values = [float(value) for value in values]
    low, middle, high = quantiles(values, n=4, method="inclusive") if len(values) > 1 else 3 * values
    return {"q1": low, "median": middle, "q3": high}


def _reaching(found: Sequence[_Data]) -> _Data:
    counts = [each["evaluations"] for each in found if each["evaluations"] is not None]
    costs = [each["cost_usd"] for each in found if each["cost_usd"] is not None]
    return {
        "target": found[0]["target"],
        "reached": len(counts),
        "evaluations": median(counts) if counts else None,
        "cost_usd": median(costs) if costs else None,
    }
