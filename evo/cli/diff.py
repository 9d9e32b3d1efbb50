"""`evo diff`: what changed from one program to another, or from a program's parent to it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli import completion
from evo.cli.options import RUNS, Json, RunsDir
from evo.errors import DamagedError, NotFoundError

if TYPE_CHECKING:
    from evo.render.changes import Side
    from evo.store.reading.view import RunView

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
    old, new = (named, _read_side(runs_dir, second)) if second else (_read_parent(named), named)
    text = changes.unified(old.program, new.program, context)
    if as_json:
        emit({"from": old.data(), "to": new.data(), "delta": changes.gain(old, new), "diff": text})
    elif not text:
        note("The programs are equal.")
    elif sys.stdout.isatty():
        console.show(changes.coloured(text))
    else:
        write(text)


def _read_side(runs_dir: RunsDir, address: str) -> Side:
    from evo.cli.lookup import open_named
    from evo.store.reading.address import find_program, parse

    place = parse(address)
    with open_named(runs_dir, place.run) as view:
        return _make_side(view, find_program(view, place.program))


def _read_parent(side: Side) -> Side:
    from evo.store.reading.view import open_run

    with open_run(side.folder) as view:
        parents = view.parents(side.program.id)
        if not parents:
            raise NotFoundError(
                f"program {side.program.id[:8]} was made from no other, so there is no step to show; "
                f"`evo diff A B` compares any two"
            )
        return _make_side(view, parents[0])


def _make_side(view: RunView, program_id: str) -> Side:
    from evo.render.changes import Side

    program, evaluation = view.program(program_id), view.evaluation(program_id)
    if program is None:
        raise DamagedError(f"{view.folder}: program {program_id} is named by the log but is not in the database")
    return Side(
        run=view.header.id,
        folder=view.folder,
        program=program,
        objective=evaluation.objective if evaluation else None,
        direction=view.direction,
    )
