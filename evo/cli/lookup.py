"""What the words of a command line name, opened: a run, and a program in it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from evo.cli.streams import note
from evo.errors import DamagedError
from evo.store.reading.address import find_program, find_run
from evo.store.reading.view import open_run

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from evo.records import Commit, Program
    from evo.store.reading.view import RunView


@contextmanager
def open_named(runs_dir: Path, name: str) -> Generator[RunView]:
    """Open the run that `name` means; what `@last` passes over is named on stderr."""
    with open_run(find_run(runs_dir, name, note=note)) as view:
        yield view


def read_program(view: RunView, name: str) -> tuple[Program, Commit]:
    """Return the program that `name` means within a run, and the commit that brought it.

    Raises:
        NotFoundError: no such program.
        DamagedError: the log names it, but it is not in the database.
    """
    program_id = find_program(view, name)
    program, commit = view.program(program_id), view.commit_of(program_id)
    if program is None or commit is None:
        raise DamagedError(f"{view.folder}: program {program_id} is named by the log but is not in the database")
    return program, commit
