"""`evo sql`: one question to a run's database, read-only."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli.options import RUNS, Json, Run, RunsDir
from evo.errors import UsageError
from evo.text import sanitise

if TYPE_CHECKING:
    from evo.canonical import JSON
    from evo.store.reading.sql import Value


def sql(
    run: Run = "@last",
    question: Annotated[str, typer.Argument(metavar="[QUESTION]", help="One SELECT; else read from stdin.")] = "",
    *,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Ask a run's database in SQL; nothing can be written."""
    from evo.cli.streams import emit, note
    from evo.render import console
    from evo.render.tables import listing
    from evo.store.reading.address import LAST, find_run
    from evo.store.reading.sql import ask

    if not question and any(char.isspace() for char in run.strip()):
        # What holds a blank is a question.
        run, question = LAST, run
    question = question or _read_question()
    if not question.strip():
        raise UsageError('evo sql: expected a question, as in: evo sql @last "SELECT count(*) FROM commits"')
    answer = ask(find_run(runs_dir, run, note=note), question)
    if as_json:
        emit([dict(zip(answer.columns, map(_make_plain, row), strict=True)) for row in answer.rows])
    else:
        rows = [[_show_value(value) for value in row] for row in answer.rows]
        console.show(listing(answer.columns, rows, wrap=answer.columns))


def _read_question() -> str:
    from evo.cli.streams import note

    if sys.stdin.isatty():
        note("One SELECT, then the end of input (Ctrl-D):")
    return sys.stdin.read()


def _make_plain(value: Value) -> JSON:
    match value:
        case bytes():
            return f"<{len(value)} bytes>"
        case float() if not math.isfinite(value):
            return str(value)
        case _:
            return value


def _show_value(value: Value) -> str:
    text = "" if value is None else str(_make_plain(value))
    # One row, one line: line ends of texts are shown as marks.
    return sanitise(text).rstrip("\n").replace("\n", "⏎")
