"""A baseline from beginning to end: optimise a problem's numbers, then have what was found judged as a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.assemble.start import start
from evo.baseline.results import optimise, results
from evo.config.component import Component
from evo.config.problem import load_problem
from evo.config.run import RunSpec, ScheduleSpec
from evo.config.sections import BudgetSpec, IslandsSpec
from evo.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from evo.baseline.results import Baseline, BaselineReport
    from evo.records import Commit
    from evo.search.loop import Search


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineRun:
    """What came of a baseline.

    Attributes:
        search: the run that it was kept as, ended.
        found: each report whose program was judged, with the commit of that program.
    """

    search: Search
    found: Sequence[tuple[BaselineReport, Commit]]


async def run_baseline(
    address: str, asked: Baseline, runs_dir: Path, tell: Callable[[BaselineReport], object]
) -> BaselineRun:
    """Optimise a problem's numbers and keep what is found as a run.

    Args:
        address: of the problem.
        asked: how, for how long.
        runs_dir: where runs lie.
        tell: is given every report as it comes.

    Raises:
        NotFoundError, SpecError: no such problem, or one that declares no arrays.
        UsageError: no finite score was seen.
    """
    problem = load_problem(address)
    reports: list[BaselineReport] = []
    async for report in optimise(problem, asked):
        reports.append(report)
        tell(report)
    found = results(problem, asked, reports)
    if not found.programs:
        raise UsageError(f"{asked.method} saw no finite score of {problem.label} in {asked.budget} evaluations")
    spec = RunSpec(
        problem=address,
        seed=min(asked.seeds),
        budget=BudgetSpec(tickets=len(found.programs)),
        islands=IslandsSpec(count=1),
        executor=Component(use="local", options={"workers": 1}),
        schedule=ScheduleSpec(window=1),
    )
    async with start(spec, runs_dir=runs_dir, issuer=found) as search:
        commits = [commit async for commit in search]
    return BaselineRun(search=search, found=list(zip(found.reports, commits, strict=False)))
