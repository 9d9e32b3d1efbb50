"""The verbs that look across runs, programs and cells: `runs`, `diff`, `map`, `compare`."""

from pathlib import Path
from typing import Annotated

import typer

from evo.cli import completing
from evo.cli.options import RUNS, Island, Json, Model, Operator, Run, RunsDir, Since

_Program = "[RUN:]PROGRAM; PROGRAM is a hash prefix, @best or @seed."


def runs(
    *,
    problem: Annotated[
        str,
        typer.Option(
            "--problem", metavar="NAME", help="NAME or NAME/INSTANCE alone.", autocompletion=completing.problems
        ),
    ] = "",
    state: Annotated[
        str, typer.Option("--state", metavar="STATE", help="running, finished, paused, interrupted or failed alone.")
    ] = "",
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="Begun since: an age (90s, 30m, 2h, 3d) or an ISO time.")
    ] = "",
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """List the runs, newest first."""
    from evo.cli import surveying  # noqa: PLC0415 - heavy

    surveying.runs(runs_dir, surveying.Wanted(problem=problem, state=state, since=since), as_json=as_json)


def diff(
    first: Annotated[str, typer.Argument(metavar="[A]", help=_Program, autocompletion=completing.addresses)] = "@best",
    second: Annotated[
        str,
        typer.Argument(
            metavar="[B]", help="The same; without it, A and its first parent.", autocompletion=completing.addresses
        ),
    ] = "",
    *,
    context: Annotated[int, typer.Option("--context", min=0, metavar="N", help="Lines around each change.")] = 3,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Show what changed from one program to another, or from a program's parent to it."""
    from evo.cli import surveying  # noqa: PLC0415 - heavy

    surveying.diff(runs_dir, first, second, context=context, as_json=as_json)


def archive_map(
    run: Run = "@last",
    *,
    island: Island = None,
    operator: Operator = "",
    model: Model = "",
    since: Since = "",
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Shade by this objective of several.")] = "",
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Draw the archive of each island as a heat map."""
    from evo.cli import mapping  # noqa: PLC0415 - heavy
    from evo.cli.filters import CommitFilter  # noqa: PLC0415 - heavy

    wanted = CommitFilter(island=island, operator=operator, model=model, since=since)
    mapping.archive_map(runs_dir, run, wanted, by=by, as_json=as_json)


def compare(
    names: Annotated[
        list[str],
        typer.Argument(metavar="RUN...", help="Runs, each as elsewhere.", autocompletion=completing.run_names),
    ],
    *,
    target: Annotated[
        list[float] | None, typer.Option("--target", metavar="X", help="An objective to reach; may be repeated.")
    ] = None,
    figure: Annotated[
        Path | None, typer.Option("--figure", metavar="PNG", help="Draw best-so-far curves with quartiles.")
    ] = None,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Compare several runs: best, cost, evaluations and cost to a target, with medians and quartiles."""
    from evo.cli import comparing  # noqa: PLC0415 - heavy

    comparing.compare(runs_dir, names, target or (), figure=figure, as_json=as_json)
