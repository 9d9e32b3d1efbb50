"""A whole, consistent copy of a database, taken while others may read and write it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from evo.store import engines

if TYPE_CHECKING:
    from pathlib import Path

BACKUP = "run.backup.db"
"""Beside `run.db`: the run as it stood when it was last finished."""


def copy(source: Path, target: Path) -> None:
    """Copy a database into a file that appears by rename, durable; what was there before is replaced.

    Raises:
        sqlite3.Error, OSError: it could not be written; `target` is as it was.
    """
    draft = target.with_name(f".{target.name}.draft")
    draft.unlink(missing_ok=True)
    try:
        with (
            closing(sqlite3.connect(engines.location(source), uri=True)) as reader,
            closing(sqlite3.connect(draft)) as writer,
        ):
            # Written with the care of a copy: it is durable once, at the end.
            writer.execute("PRAGMA synchronous = OFF")
            reader.backup(writer)
        _sync(draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
