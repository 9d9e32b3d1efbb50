"""Databases of earlier versions: brought up to date by the next writer, read as they are by everyone else.

What a version may look like is said once, in `schema.py`; the shape of an older file is moved there table by table.
What the shape cannot say (values that have to be worked out from others) is a numbered step of `STEPS`: first tables
and columns are added, then the steps are taken, then what is no more goes and new rules come. Everything happens in
one transaction, with a copy of the file as it was beside it: a version is reached whole or not at all.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from evo.errors import DamagedError, StoreError
from evo.records import GENESIS
from evo.store import backup, engines, events, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sqlalchemy import Table


def _chain_amendments(connection: sqlite3.Connection) -> None:
    """Make events of the amendments that stood with their sessions."""

    def log_hash(seq: int) -> str:
        row = connection.execute("SELECT hash FROM commits WHERE seq = ?", (seq,)).fetchone()
        return str(row[0]) if row else GENESIS

    stood = connection.execute(engines.formerly(schema.events)).fetchall()
    for event in events.decode_events(stood, log_hash):
        connection.execute(*events.event_row(event))


STEPS: Mapping[int, Callable[[sqlite3.Connection], None]] = {3: _chain_amendments}
"""Version -> what fills its new columns and tables: they are there by then, and what goes with older ones still is."""

_DIALECT = sqlite.dialect()


def upgrade(path: Path) -> Path | None:
    """Bring a database up to the version of this code; the caller holds the run's lock.

    Args:
        path: an existing file; one that is no database of a run is left to `schema.engine_for` to name.

    Returns:
        The copy of the file as it was, `run.v1.db` for a file of version 1; None when there was nothing to do.

    Raises:
        StoreError: the disk is full or the file locked; it is as it was.
        DamagedError: rows that break the rules of the newer version; the file is as it was.
    """
    version = _version(path)
    if version is None or not 0 < version < schema.SCHEMA_VERSION:
        return None
    kept = path.with_name(f"{path.stem}.v{version}{path.suffix}")
    try:
        backup.copy(path, kept)
        with closing(sqlite3.connect(path, isolation_level=None, timeout=engines.BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            # Tables are made anew while others refer to them; the references are checked before the end.
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("BEGIN IMMEDIATE")
            _migrate(connection, version)
            connection.execute("COMMIT")
    except sqlite3.IntegrityError as error:
        raise DamagedError(
            f"{path}: cannot become version {schema.SCHEMA_VERSION} ({error}); it is as it was"
        ) from error
    except sqlite3.Error as error:
        raise StoreError(
            f"{path}: could not be brought from version {version} to {schema.SCHEMA_VERSION} ({error}); "
            "it is as it was: free some space or close what has it open, then `evo resume`"
        ) from error
    return kept


def _version(path: Path) -> int | None:
    """Return the version of a run's database, None for anything else."""
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(engines.location(path), uri=True)) as connection:
            ours = connection.execute("PRAGMA application_id").fetchone()[0] == schema.APPLICATION_ID
            return int(connection.execute("PRAGMA user_version").fetchone()[0]) if ours else None
    except sqlite3.Error:
        return None


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    for table in schema.metadata.sorted_tables:
        _grow(connection, table)
    # A step may write what the old rules of a table did not know yet; the new ones look at every row.
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for number in range(version + 1, schema.SCHEMA_VERSION + 1):
        STEPS.get(number, _nothing)(connection)
    connection.execute("PRAGMA ignore_check_constraints = OFF")
    for table in schema.metadata.sorted_tables:
        _shape(connection, table)
    _index(connection)
    dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
    if dangling:
        raise sqlite3.IntegrityError(f"row {dangling[1]} of {dangling[0]} refers to a missing row of {dangling[2]}")
    connection.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION}")


def _nothing(_: sqlite3.Connection) -> None:
    """What most versions work out: nothing."""


def _grow(connection: sqlite3.Connection, table: Table) -> None:
    """Make a table that is not there; add the columns that one lacks.

    Rows are not written anew: this costs the same for ten answers and for a million.
    """
    wanted, there = _create(table), _columns(connection, table.name)
    if not there:
        connection.execute(wanted)
        return
    for part in _listed(wanted):
        name = part.split()[0]
        if name in table.columns and name not in there and (" DEFAULT " in part or " NOT NULL" not in part):
            connection.execute(f"ALTER TABLE {table.name} ADD COLUMN {part}")


def _shape(connection: sqlite3.Connection, table: Table) -> None:
    """Give a table the columns and rules that it has now, and no others, keeping its rows."""
    query = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?"
    wanted = _create(table)
    if _parts(connection.execute(query, (table.name,)).fetchone()[0]) != _parts(wanted):
        _rebuild(connection, table, wanted)


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")]


def _rebuild(connection: sqlite3.Connection, table: Table, wanted: str) -> None:
    there = _columns(connection, table.name)
    kept = ", ".join(column.name for column in table.columns if column.name in there)
    draft = f"{table.name}_draft"
    connection.execute(wanted.replace(f"CREATE TABLE {table.name} ", f"CREATE TABLE {draft} ", 1))
    connection.execute(f"INSERT INTO {draft} ({kept}) SELECT {kept} FROM {table.name}")  # noqa: S608 - our own names
    connection.execute(f"DROP TABLE {table.name}")
    connection.execute("PRAGMA legacy_alter_table = ON")  # other tables go on referring to the name
    connection.execute(f"ALTER TABLE {draft} RENAME TO {table.name}")
    connection.execute("PRAGMA legacy_alter_table = OFF")


def _index(connection: sqlite3.Connection) -> None:
    """Make the indices anew that are not what they are to be; those of rebuilt tables are gone with them."""
    found = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"))
    wanted = {
        str(index.name): str(CreateIndex(index).compile(dialect=_DIALECT)).strip()
        for table in schema.metadata.sorted_tables
        for index in table.indexes
    }
    for name in [name for name, sql in found.items() if wanted.get(name) != sql]:
        connection.execute(f"DROP INDEX {name}")
        del found[name]
    for name in [name for name in wanted if name not in found]:
        connection.execute(wanted[name])


def _create(table: Table) -> str:
    return str(CreateTable(table).compile(dialect=_DIALECT)).strip()


def _parts(sql: str) -> frozenset[str]:
    """Return the columns and rules of a CREATE TABLE."""
    return frozenset(_listed(sql))


def _listed(sql: str) -> list[str]:
    """Take the body of a CREATE TABLE apart at the commas that stand in no parentheses."""
    body = sql[sql.index("(") + 1 : sql.rindex(")")]
    parts, depth = [""], 0
    for letter in body:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [" ".join(part.split()) for part in parts]
