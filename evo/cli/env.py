"""`evo env`: the virtual environment that a problem's programs run in, built from its requirements file."""

from __future__ import annotations

from typing import Annotated

import typer

from evo.cli import completion
from evo.cli.options import RUNS, Json, RunsDir


def env(
    problem: Annotated[
        str,
        typer.Argument(metavar="PROBLEM", help="Name or folder.", autocompletion=completion.complete_problem),
    ],
    *,
    anew: Annotated[bool, typer.Option("--anew", help="Build it again whatever is there.")] = False,
    python: Annotated[
        str, typer.Option("--python", metavar="PATH", help="The interpreter that it is made from.", show_default=False)
    ] = "",
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Build the virtual environment that a problem names (`environment:`), and say what is installed in it."""
    from evo.assemble.environment import build_environment, environment_of
    from evo.cli.streams import emit, note, write_lines
    from evo.config.problem import load_problem

    del runs_dir  # every verb takes it
    found = environment_of(load_problem(problem))
    if not found.folder.is_dir():
        note(f"building {found.folder} from {found.requirements}")
    built = build_environment(found, python=python, anew=anew)
    installed = found.installed()
    if as_json:
        emit({"folder": str(found.folder), "built": built, "installed": dict(installed)})
        return
    others = {name: version for name, version in installed.items() if name != "python"}
    write_lines(
        [
            f"{found.folder}: {'built' if built else 'there already, as its requirements say'}",
            f"  python {installed['python']}, {len(others)} packages",
            *(f"  {name} {version.split()[0]}" for name, version in others.items()),
        ]
    )
