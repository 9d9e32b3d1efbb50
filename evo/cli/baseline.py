"""The verb `baseline`: what an optimiser of numbers makes of a problem."""

from typing import Annotated

import typer

from evo.cli import completing
from evo.cli.options import RUNS, Json, RunsDir


def baseline(
    problem: Annotated[
        str,
        typer.Argument(
            metavar="PROBLEM", help="A problem that declares arrays, or its folder.", autocompletion=completing.problems
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
    from evo.cli import optimising  # noqa: PLC0415 - heavy

    chosen = optimising.seeds_of(seeds) if seeds else (seed,)
    raise typer.Exit(
        optimising.baseline(
            problem, method=method, budget=budget, seeds=chosen, rank=rank, as_json=as_json, runs_dir=runs_dir
        )
    )
