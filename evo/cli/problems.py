"""The verbs about problems: `problems`, `new`, `check`, `score`."""

from pathlib import Path
from typing import Annotated

import typer

from evo.cli import completing
from evo.cli.options import RUNS, Json, RunsDir


def problems(
    name: Annotated[
        str,
        typer.Argument(
            metavar="[NAME]", help="One problem, in full.", show_default=False, autocompletion=completing.problems
        ),
    ] = "",
    *,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """List the problems that can be run here, with the best known values and the best of our runs."""
    from evo.cli import catalogue  # noqa: PLC0415 - heavy

    catalogue.show(name, runs_dir, as_json=as_json)


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Small letters, digits and _.")],
    *,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Make a small problem in ./problems/NAME that already passes `evo check`, to be changed into yours."""
    from evo.cli import scaffold  # noqa: PLC0415 - heavy

    del runs_dir  # every verb takes it
    scaffold.make(name)


def check(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Configs, pipelines, problem folders.", autocompletion=completing.checkable
        ),
    ],
    *,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE|DIR", help="Draw the pipeline there.", show_default=False)
    ] = None,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Check files without starting a run; problems are judged by their cases and run with their seeds."""
    from evo.cli import checking  # noqa: PLC0415 - heavy

    del runs_dir  # every verb takes it
    raise typer.Exit(checking.check(paths, svg=svg))


def score(
    problem: Annotated[
        str,
        typer.Argument(metavar="PROBLEM", help="NAME, NAME/INSTANCE or a folder.", autocompletion=completing.problems),
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A program (.py or a folder) or a raw output (.json).")],
    *,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Score a program through the whole pipeline, or a raw output by the judge alone."""
    from evo.cli import scoring  # noqa: PLC0415 - heavy

    del runs_dir  # every verb takes it
    raise typer.Exit(scoring.score(problem, file, as_json=as_json))
