"""What the words of a command line name, opened: a run."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from evo.cli.streams import note
from evo.store.reading.address import find_run
from evo.store.reading.view import open_run

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from evo.store.reading.view import RunView


@contextmanager
def open_named(runs_dir: Path, name: str) -> Generator[RunView]:
    """Open the run that `name` means; what `@last` passes over is named on stderr."""
    with open_run(find_run(runs_dir, name, note=note)) as view:
        yield view
