"""`evo baseline`: what an optimiser of numbers makes of a problem, kept as a run."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli import completion
from evo.cli.exit_codes import FAILED, OK
from evo.cli.options import RUNS, Json, RunsDir

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evo.assemble.baseline import BaselineRun
    from evo.baseline.results import Baseline, BaselineReport
    from evo.canonical import JSON
    from evo.records import Commit, Direction


def baseline(
    problem: Annotated[
        str,
        typer.Argument(
            metavar="PROBLEM",
            help="A problem that declares arrays, or its folder.",
            autocompletion=completion.complete_problem,
        ),
    ],
    *,
    budget: Annotated[int, typer.Option("--budget", metavar="N", help="Evaluations of the batched score a seed.")],
    method: Annotated[str, typer.Option("--method", metavar="M", help="eggroll, es, random or cma.")] = "eggroll",
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Of starting points and noise.")] = 0,
    seeds: Annotated[str, typer.Option("--seeds", metavar="A..B", help="Several seeds, both ends included.")] = "",
    rank: Annotated[int | None, typer.Option("--rank", metavar="R", help="For eggroll: the rank of all noise.")] = None,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Optimise a problem's numbers without evolution, and keep what is found as a run.

    The run is read with the same verbs as any other; its programs return the literal numbers.
    """
    from evo.assemble.baseline import run_baseline
    from evo.baseline.results import Baseline
    from evo.cli.seeds import read_seeds
    from evo.cli.streams import emit, note, write_lines

    chosen = tuple(read_seeds(seeds)) if seeds else (seed,)
    asked = Baseline(method=method, budget=budget, seeds=chosen, rank=rank)

    def tell(report: BaselineReport) -> None:
        fitness = "none yet" if report.fitness is None else f"{report.fitness:.6g}"
        note(f"seed {report.seed}: {report.evaluations}/{budget} evaluations, batched score {fitness}")

    made = asyncio.run(run_baseline(problem, asked, runs_dir, tell))
    results = [_describe_result(report, commit) for report, commit in made.found]
    if as_json:
        emit(_gather_data(made, asked, results))
    else:
        write_lines(_tell_run(made, asked, results))
    raise typer.Exit(OK if made.search.state.best and made.search.run_state == "finished" else FAILED)


def _gather_data(made: BaselineRun, asked: Baseline, results: Sequence[dict[str, JSON]]) -> dict[str, object]:
    search, best = made.search, made.search.state.best
    return {
        "run": search.header.id,
        "problem": search.problem.label,
        "method": asked.method,
        "rank": asked.rank,
        "budget": asked.budget,
        "state": search.run_state,
        "results": results,
        "best": {"program": best.program, "objective": best.objective} if best else None,
    }


def _describe_result(report: BaselineReport, commit: Commit) -> dict[str, JSON]:
    evaluation = commit.evaluation
    return {
        "seed": report.seed,
        "evaluations": report.evaluations,
        "batched_score": report.fitness,
        "program": commit.proposal.program.id if commit.proposal.program else None,
        "objective": evaluation.objective if evaluation else None,
        "verdict": str(evaluation.status if evaluation else commit.proposal.outcome),
    }


def _tell_run(made: BaselineRun, asked: Baseline, results: Sequence[dict[str, JSON]]) -> Iterator[str]:
    from evo.render.numbers import objective

    search, best = made.search, made.search.state.best
    for seed in asked.seeds:
        yield from _tell_seed([each for each in results if each["seed"] == seed], search.state.direction)
    yield f"best: {objective(best.objective)}" if best else "No VALID program."
    yield f"  {search.folder}"


def _tell_seed(results: Sequence[dict[str, JSON]], direction: Direction) -> Iterator[str]:
    """Say what came of a seed: the best that is VALID, else why there is none."""
    from evo.render.numbers import objective

    best: tuple[float, JSON] | None = None
    for each in results:
        score = each["objective"]
        if isinstance(score, float) and (best is None or direction.better(score, best[0])):
            best = score, each["evaluations"]
    if best is not None:
        yield f"seed {results[0]['seed']}: {objective(best[0])} after {best[1]} evaluations"
    elif results:
        yield f"seed {results[-1]['seed']}: {results[-1]['verdict']}"
