"""The work behind `baseline`: optimise, have what was found judged, say what came of it."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from evo.assemble import start as assemble
from evo.baseline.results import Baseline, optimise, results
from evo.cli.streams import emit, lines, note
from evo.config.problem import load_problem
from evo.config.run import BudgetSpec, ExecutorSpec, IslandsSpec, RunSpec, ScheduleSpec
from evo.errors import UsageError
from evo.render.numbers import objective

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evo.baseline.results import BaselineReport, Results
    from evo.canonical import JSON
    from evo.records import Commit, Direction
    from evo.search.loop import Search


def seeds_of(words: str) -> tuple[int, ...]:
    """Read "0..3" as 0, 1, 2, 3.

    Raises:
        UsageError: it is no such range.
    """
    found = re.fullmatch(r"(\d{1,6})\.\.(\d{1,6})", words)
    if found is None or int(found[1]) > int(found[2]):
        raise UsageError(f"--seeds {words}: expected a range such as 0..3")
    return tuple(range(int(found[1]), int(found[2]) + 1))


def baseline(
    address: str, *, method: str, budget: int, seeds: tuple[int, ...], rank: int | None, as_json: bool, runs_dir: Path
) -> int:
    """`evo baseline`; returns 0 if anything that was found is VALID, else 1."""
    asked = Baseline(method=method, budget=budget, seeds=seeds, rank=rank)
    search, found, commits = asyncio.run(_whole(address, asked, runs_dir))
    told = [_told(report, commit) for report, commit in zip(found.reports, commits, strict=False)]
    best = search.state.best
    if as_json:
        emit(
            {
                "run": search.header.id,
                "problem": search.problem.label,
                "method": method,
                "rank": rank,
                "budget": budget,
                "state": search.run_state,
                "results": told,
                "best": {"program": best.program, "objective": best.objective} if best else None,
            }
        )
    else:
        for seed in seeds:
            lines(_seed([each for each in told if each["seed"] == seed], search.state.direction))
        lines([f"best: {objective(best.objective)}" if best else "No VALID program.", f"  {search.folder}"])
    return 0 if best and search.run_state == "finished" else 1


async def _whole(address: str, asked: Baseline, runs_dir: Path) -> tuple[Search, Results, list[Commit]]:
    problem = load_problem(address)
    reports: list[BaselineReport] = []
    async for report in optimise(problem, asked):
        reports.append(report)
        fitness = "none yet" if report.fitness is None else f"{report.fitness:.6g}"
        note(f"seed {report.seed}: {report.evaluations}/{asked.budget} evaluations, batched score {fitness}")
    found = results(problem, asked, reports)
    if not found.programs:
        raise UsageError(f"{asked.method} saw no finite score of {problem.label} in {asked.budget} evaluations")
    spec = RunSpec(
        problem=address,
        seed=min(asked.seeds),
        budget=BudgetSpec(tickets=len(found.programs)),
        islands=IslandsSpec(count=1),
        executor=ExecutorSpec(workers=1),
        schedule=ScheduleSpec(window=1),
    )
    async with assemble.start(spec, runs_dir=runs_dir, issuer=found) as search:
        commits = [commit async for commit in search]
    return search, found, commits


def _told(report: BaselineReport, commit: Commit) -> dict[str, JSON]:
    evaluation = commit.evaluation
    return {
        "seed": report.seed,
        "evaluations": report.evaluations,
        "batched_score": report.fitness,
        "program": commit.proposal.program.id if commit.proposal.program else None,
        "objective": evaluation.objective if evaluation else None,
        "verdict": str(evaluation.status if evaluation else commit.proposal.outcome),
    }


def _seed(told: list[dict[str, JSON]], direction: Direction) -> Iterator[str]:
    """Say what came of a seed: the best that is VALID, else why there is none."""
    best: tuple[float, JSON] | None = None
    for each in told:
        score = each["objective"]
        if isinstance(score, float) and (best is None or direction.better(score, best[0])):
            best = score, each["evaluations"]
    if best is not None:
        yield f"seed {told[0]['seed']}: {objective(best[0])} after {best[1]} evaluations"
    elif told:
        yield f"seed {told[-1]['seed']}: {told[-1]['verdict']}"
