"""`evo tell`: bring a program, or an answer, for a ticket that was taken with `evo ask`."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli.ask import By, Wait
from evo.cli.options import RUNS, Json, RunsDir

if TYPE_CHECKING:
    from evo.canonical import JSON


def tell(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A path, the beginning of an id, or @last.")],
    ticket: Annotated[str, typer.Argument(metavar="TICKET", help="As `evo ask` named it.")],
    file: Annotated[
        str, typer.Argument(metavar="[FILE|-]", help="The program: a file, a folder of its files, or - for stdin.")
    ] = "",
    *,
    answer: Annotated[
        bool, typer.Option("--answer", help="FILE is an answer as a model gives one: blocks or whole files.")
    ] = False,
    failed: Annotated[
        str | None, typer.Option("--failed", metavar="REASON", help="Give the ticket back; it ends ABANDONED.")
    ] = None,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="What was done, in one line.")] = "",
    cost: Annotated[float, typer.Option("--cost", min=0.0, metavar="USD", help="What it took.")] = 0.0,
    score: Annotated[
        str | None,
        typer.Option("--score", metavar="NUMBER|JSON", help="Made elsewhere; only where the run trusts it."),
    ] = None,
    by: By = "",
    wait: Wait = 30.0,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Bring a program for a ticket that was taken with `evo ask`; it is judged."""
    from evo.cli.streams import emit, note, write_lines
    from evo.errors import UsageError
    from evo.store.reading.address import find_run
    from evo.wheel.remote import helm_of

    if bool(file) == (failed is not None):
        raise UsageError("tell: expected a FILE, or --failed with the reason, and not both")
    told: dict[str, object] = {"ticket": ticket, "why": why, "cost": cost, "by": by}
    if failed is not None:
        told["failed"] = failed
    elif answer:
        told["answer"] = _text(file)
    else:
        told["program"] = read_program(file)
    if score is not None:
        told["score"] = _score(score)
    folder = find_run(runs_dir, run, note=note)
    found = asyncio.run(helm_of(folder).tell(told, wait=wait))
    if as_json:
        emit(found)
    else:
        write_lines([_line(found)])


def _text(file: str) -> str:
    from evo.errors import NotFoundError, UsageError

    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotFoundError(f"{file}: no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read as UTF-8 text ({error})") from error


def read_program(file: str) -> str | dict[str, str]:
    """Return a file's text, or the texts of a folder's files by their paths."""
    if file == "-" or not Path(file).is_dir():
        return _text(file)
    found = [path for path in sorted(Path(file).rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(file).as_posix(): _text(str(path)) for path in found}


def _score(text: str) -> JSON:
    from evo.errors import UsageError

    try:
        return json.loads(text)
    except ValueError as error:
        raise UsageError(f"--score: expected a number, or an object as JSON; got {text!r}") from error


def _line(found: dict[str, JSON]) -> str:
    head = f"Ticket {found['ticket']}"
    if found["state"] == "told":
        return f"{head}: told and kept; it is scored and committed when its turn comes."
    if found.get("objective") is not None:
        return f"{head}: {found['outcome']}, {found['status']}, {found['objective']}" + (
            " (told)" * bool(found["told"])
        )
    status = f", {found['status']}" if found.get("status") else ""
    detail = found.get("detail") or found.get("feedback") or ""
    return f"{head}: {found['outcome']}{status}: {detail}"
