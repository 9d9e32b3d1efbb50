"""What `evo sql` does: find the run, ask, draw or emit."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

from evo.cli.streams import emit, note
from evo.errors import UsageError
from evo.render.console import show as draw
from evo.render.tables import listing
from evo.store.reading.address import LAST, find_run
from evo.store.reading.sql import ask
from evo.text import sanitise

if TYPE_CHECKING:
    from pathlib import Path

    from evo.canonical import JSON
    from evo.store.reading.sql import Value


def sql(runs_dir: Path, run: str, question: str, *, as_json: bool) -> None:
    """`evo sql`; what holds a blank is a question, and without any it is read from stdin."""
    if not question and any(char.isspace() for char in run.strip()):
        run, question = LAST, run
    if not question:
        if sys.stdin.isatty():
            note("One SELECT, then the end of input (Ctrl-D):")
        question = sys.stdin.read()
    if not question.strip():
        raise UsageError('evo sql: expected a question, as in: evo sql @last "SELECT count(*) FROM commits"')
    answer = ask(find_run(runs_dir, run, note=note), question)
    if as_json:
        emit([dict(zip(answer.columns, map(_plain, row), strict=True)) for row in answer.rows])
    else:
        draw(listing(answer.columns, [[_shown(value) for value in row] for row in answer.rows], wrap=answer.columns))


def _plain(value: Value) -> JSON:
    match value:
        case bytes():
            return f"<{len(value)} bytes>"
        case float() if not math.isfinite(value):
            return str(value)
        case _:
            return value


def _shown(value: Value) -> str:
    text = "" if value is None else str(_plain(value))
    # One row, one line: line ends of texts are shown as marks.
    return sanitise(text).rstrip("\n").replace("\n", "⏎")
