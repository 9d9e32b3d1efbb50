"""The verbs that ask whether a run is whole, and save what is left: `replay`, `recover`."""

from pathlib import Path
from typing import Annotated

import typer

from evo.cli import completing
from evo.cli.options import RUNS, Json, Run, RunsDir


def replay(
    run: Run = "@last",
    *,
    execute: Annotated[
        bool, typer.Option("--execute", help="Run it again on its stored answers: no model is asked, no key needed.")
    ] = False,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Verify a run from its own records: every hash, reference and placement."""
    from evo.cli import auditing  # noqa: PLC0415 - heavy

    raise typer.Exit(auditing.replay(runs_dir, run, execute=execute, as_json=as_json))


def recover(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help="The damaged run: a path, or the beginning of an id.",
            autocompletion=completing.run_names,
        ),
    ],
    target: Annotated[Path, typer.Argument(metavar="NEWDIR", help="Where the new run goes; must not exist.")],
    *,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Save every readable row of a damaged run into a new one."""
    from evo.cli import auditing  # noqa: PLC0415 - heavy

    raise typer.Exit(auditing.recover(runs_dir, run, target, as_json=as_json))
