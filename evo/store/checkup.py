"""Whether a database is whole, before anything is built upon it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from evo.errors import DamagedError
from evo.store import engines, schema

if TYPE_CHECKING:
    from pathlib import Path

WHOLE_MAX_BYTES = 256 * 1024 * 1024
"""Larger files are checked in what the log is made of; each text beside it carries a checksum, looked at when read."""
_TEXTS = {schema.programs.name, schema.answers.name, schema.stage_cache.name}


def check(path: Path) -> None:
    """Look for damage, in 0.3 s of CPU for 256 MB and 0.4 s for 1.3 GB; for who is about to write.

    Raises:
        DamagedError: some page or row is not what it should be; says what can be done.
    """
    whole = path.stat().st_size <= WHOLE_MAX_BYTES
    tables = [table.name for table in schema.metadata.sorted_tables if table.name not in _TEXTS]
    questions = ["PRAGMA quick_check(1)"] if whole else [f"PRAGMA quick_check({name})" for name in tables]
    try:
        # Read-only connections look at no CHECK.
        address = engines.location(path, "rw")
        with closing(sqlite3.connect(address, uri=True, timeout=engines.BUSY_SECONDS)) as connection:
            for question in questions:
                said = str(connection.execute(question).fetchone()[0])
                if said != "ok":
                    raise DamagedError(f"{path} is damaged ({' '.join(said.split())}){schema.rescue(path)}")
    except sqlite3.DatabaseError as error:
        raise DamagedError(f"{path} is damaged ({error}){schema.rescue(path)}") from error
