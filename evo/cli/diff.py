"""`evo diff`: what changed from one program to another, or from a program's parent to it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli import completion
from evo.cli.options import RUNS, Json, RunsDir

if TYPE_CHECKING:
    from evo.render.changes import Side

_Program = "[RUN:]PROGRAM; PROGRAM is a hash prefix, @best or @seed."


def diff(
    first: Annotated[
        str, typer.Argument(metavar="[A]", help=_Program, autocompletion=completion.complete_address)
    ] = "@best",
    second: Annotated[
        str,
        typer.Argument(
            metavar="[B]",
            help="The same; without it, A and its first parent.",
            autocompletion=completion.complete_address,
        ),
    ] = "",
    *,
    context: Annotated[int, typer.Option("--context", min=0, metavar="N", help="Lines around each change.")] = 3,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Show what changed from one program to another, or from a program's parent to it."""
    from evo.cli.streams import emit, note, write
    from evo.render import changes, console

    named = _read_side(runs_dir, first)
    old, new = (named, _read_side(runs_dir, second)) if second else (changes.parent_of(named), named)
    text = changes.unified(old.program, new.program, context)
    if as_json:
        emit(changes.step_data(old, new, text))
    elif not text:
        note("The programs are equal.")
    elif sys.stdout.isatty():
        console.show(changes.coloured(text))
    else:
        write(text)


def _read_side(runs_dir: RunsDir, address: str) -> Side:
    from evo.cli.lookup import open_named
    from evo.render.changes import side_of
    from evo.store.reading.address import find_program, parse

    place = parse(address)
    with open_named(runs_dir, place.run) as view:
        return side_of(view, find_program(view, place.program))
