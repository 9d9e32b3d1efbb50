"""`evo export`: a run's log as a table, whole records, training traces or progress; one line per ticket or event."""

from __future__ import annotations

import csv
import io
import json
import sys
from contextlib import contextmanager, suppress
from dataclasses import astuple, fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO, assert_never, cast

import typer

from evo.cli.options import RUNS, Island, Json, Model, Operator, OutcomeName, Run, RunsDir, Since

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from evo.records import Commit, Entry
    from evo.store.reading.view import RunView

# Plain data, as the file has it.
_Data = Any


class Format(StrEnum):
    """What `evo export` writes."""

    CSV = "csv"
    JSONL = "jsonl"
    TRACES = "traces"
    PROGRESS = "progress"


def export(
    run: Run = "@last",
    *,
    form: Annotated[
        Format, typer.Option("--format", help="A table, whole records, training traces, or progress.")
    ] = Format.CSV,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Instead of stdout; replaced if it exists.")
    ] = None,
    island: Island = None,
    operator: Operator = "",
    model: Model = "",
    outcome: OutcomeName = "",
    since: Since = "",
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Write a run's log, one line per ticket."""
    from evo.cli.lookup import open_named
    from evo.cli.streams import note
    from evo.store.reading.commit_filter import CommitFilter

    wanted = CommitFilter(island=island, operator=operator, model=model, outcome=outcome, since=since)
    form, begins = Format.JSONL if as_json else form, wanted.begins()
    with open_named(runs_dir, run) as view, _open_target(output) as file:
        unknown = wanted.tell_unknown(view)
        chosen = (commit for commit in view.commits() if wanted.takes(commit, begins))
        if form is Format.JSONL and not wanted.asks:
            # Events are of no ticket, so none is like what a filter asks for.
            count = write_records(view.log(), file)
        else:
            count = _choose_writer(form)(view, chosen, file)
    if unknown:
        note(unknown)
    elif not count:
        note(f"No ticket of run {run} is like that." if wanted.asks else f"Run {run} has committed nothing yet.")
    if output:
        note(f"{output}: {count} lines of {form}")


@contextmanager
def _open_target(output: Path | None) -> Generator[TextIO]:
    """Give what to write to; a file appears whole or not at all."""
    if output is None:
        yield cast("TextIO", _Terminal()) if sys.stdout.isatty() else sys.stdout
        return
    from evo.render.outfile import outfile

    with outfile(output, hint="name another file after -o") as raw:
        file = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", newline="", write_through=True)
        try:
            yield file
        finally:
            # What could not be written yet is said when the file is closed.
            with suppress(OSError):
                file.detach()


class _Terminal(io.TextIOBase):
    """Stdout where a person looks at it: what a candidate wrote must not steer it."""

    def write(self, text: str, /) -> int:
        """Write a text without what could."""
        from evo.cli.streams import write

        write(text)
        return len(text)


def _choose_writer(form: Format) -> Callable[[RunView, Iterator[Commit], TextIO], int]:
    match form:
        case Format.CSV:
            return write_table
        case Format.JSONL:
            return lambda view, commits, file: write_records(commits, file, view.header.trust)
        case Format.TRACES:
            return write_traces
        case Format.PROGRESS:
            return write_progress
        case _:
            assert_never(form)


def write_table(view: RunView, commits: Iterator[Commit], file: TextIO) -> int:
    """Write a head and one row per commit as CSV; return how many rows."""
    from evo.store.reading import extract

    names, rows = extract.table(view, commits)
    file.write(_format_row(names))
    count = 0
    for row in rows:
        file.write(_format_row(row))
        count += 1
    return count


def write_records(entries: Iterator[Entry], file: TextIO, trust: str = "") -> int:
    """Write everything about each entry of the log as one JSON object a line; return how many there are."""
    from evo.store.reading import extract

    return _write_lines((extract.record(entry, trust) for entry in entries), file)


def write_traces(view: RunView, commits: Iterator[Commit], file: TextIO) -> int:
    """Write prompt, answer and reward of each commit that asked a model, one JSON object a line; return how many."""
    from evo.store.reading import extract

    return _write_lines(extract.traces(view, commits), file)


def write_progress(view: RunView, commits: Iterator[Commit], file: TextIO) -> int:
    """Write how the archives stood after each of some commits as CSV; all commits before it count. Return how many."""
    from evo.qd.progress import Stand, progress
    from evo.store.reading.layout import layouts

    chosen = {commit.seq for commit in commits}
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([each.name for each in fields(Stand)])
    stands = progress(view.commits(), view.direction, max(1, sum(layout.cells for layout in layouts(view.header))))
    shown = [astuple(stand) for stand in stands if stand.seq in chosen]
    writer.writerows(shown)
    return len(shown)


def _write_lines(records: Iterator[_Data], file: TextIO) -> int:
    count = 0
    for each in records:
        file.write(json.dumps(each, allow_nan=False) + "\n")
        count += 1
    return count


def _format_row(values: Sequence[_Data]) -> str:
    """Return a line of CSV; the writer quotes a lone carriage return only where its own line end has one."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(values)
    return line.getvalue().removesuffix("\r\n") + "\n"
