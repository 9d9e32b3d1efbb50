"""What `evo export` writes: a table, whole records, or training traces; one line per ticket or event."""

from __future__ import annotations

import csv
import io
import json
import sys
from contextlib import contextmanager
from dataclasses import astuple, fields
from typing import TYPE_CHECKING, Any, TextIO, assert_never

from evo.cli.extract import Format
from evo.cli.filters import CommitFilter
from evo.cli.streams import note
from evo.cli.surveying import opened
from evo.errors import EvoError
from evo.qd.progress import Stand, progress
from evo.store.reading import extract
from evo.store.reading.layout import layouts

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

    from evo.records import Commit
    from evo.store.reading.view import RunView

# Plain data, as the file has it.
_Data = Any


def export(runs_dir: Path, run: str, form: Format, output: Path | None, wanted: CommitFilter) -> None:
    """`evo export`."""
    begins = wanted.begins()
    with opened(runs_dir, run) as view, _target(output) as file:
        unknown = wanted.told(view)

        def chosen() -> Iterator[Commit]:
            return (commit for commit in view.commits() if wanted.takes(commit, begins))

        match form:
            case Format.CSV:
                count = write_table(view, chosen(), file)
            case Format.JSONL:
                # Events are of no ticket, so none is like what a filter asks for.
                entries = view.log() if wanted == CommitFilter() else chosen()
                count = write_lines(map(extract.record, entries), file)
            case Format.TRACES:
                count = write_lines(extract.traces(view, chosen()), file)
            case Format.PROGRESS:
                count = _progress(view, {commit.seq for commit in chosen()}, file)
            case _:
                assert_never(form)
    if unknown:
        note(unknown)
    elif not count:
        note(
            f"No ticket of run {run} is like that."
            if wanted != CommitFilter()
            else f"Run {run} has committed nothing yet."
        )
    if output:
        note(f"{output}: {count} lines of {form}")


@contextmanager
def _target(output: Path | None) -> Generator[TextIO]:
    """Give what to write to; a file appears whole or not at all."""
    if output is None:
        yield sys.stdout
        return
    draft = output.with_name(f".{output.name}.draft")
    try:
        with draft.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            yield file
        draft.replace(output)
    except OSError as error:
        raise EvoError(f"{output}: cannot be written ({error.strerror}); name another file after -o") from error
    finally:
        draft.unlink(missing_ok=True)


def write_lines(records: Iterator[_Data], file: TextIO) -> int:
    """Write one JSON object per line; return how many."""
    count = 0
    for each in records:
        file.write(json.dumps(each, allow_nan=False) + "\n")
        count += 1
    return count


def write_table(view: RunView, commits: Iterator[Commit], file: TextIO) -> int:
    """Write a head and one row per commit as CSV; return how many rows."""
    names, rows = extract.table(view, commits)
    file.write(_row(names))
    count = 0
    for row in rows:
        file.write(_row(row))
        count += 1
    return count


def _progress(view: RunView, chosen: set[int], file: TextIO) -> int:
    """Write how the archives stood after each commit chosen; all commits before it count."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([each.name for each in fields(Stand)])
    stands = progress(view.commits(), view.direction, max(1, sum(layout.cells for layout in layouts(view.header))))
    shown = [astuple(stand) for stand in stands if stand.seq in chosen]
    writer.writerows(shown)
    return len(shown)


def _row(values: Sequence[_Data]) -> str:
    """Return a line of CSV; the writer quotes a lone carriage return only where its own line end has one."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(values)
    return line.getvalue().removesuffix("\r\n") + "\n"
