"""How a connection to a run's database is opened, whatever its tables are."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, cast

from sqlalchemy import Column, DefaultClause, Engine, Text, create_engine, event
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Table
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 10.0
"""How long a write waits for another program that has locked the file."""
_CACHE_KB = 65_536
_LOG_KEPT_BYTES = 16 * 1024 * 1024
_WRITER = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    f"cache_size = -{_CACHE_KB}",
    f"journal_size_limit = {_LOG_KEPT_BYTES}",
)
_READER = ("temp_store = MEMORY", f"cache_size = -{_CACHE_KB}", "query_only = ON")


def location(path: Path, mode: str = "ro") -> str:
    """Return the address of a file for SQLite; `mode` is "ro", "rw" or "rwc".

    Where nobody can write and no log of writes lies beside the file it cannot change: then it is read without the
    files that a database which may change needs beside it.
    """
    still = mode == "ro" and not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()
    return f"{path.absolute().as_uri()}?mode={mode}{'&immutable=1' if still else ''}"


def engine(path: Path, mode: str) -> Engine:
    """Return what connects to a file; every connection is opened anew. `mode` is as in `location`."""

    def connect() -> sqlite3.Connection:
        address = location(path, mode)
        return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)

    made = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    _at_each(made, [f"PRAGMA {pragma}" for pragma in (_READER if mode == "ro" else _WRITER)])
    return made


def _at_each(engine: Engine, statements: Sequence[str]) -> None:
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()

    event.listen(engine, "connect", prepare)


def see_as_new(engine: Engine, connection: Connection, tables: Sequence[Table]) -> None:
    """Make a database of an earlier version look like one of this to all connections to come."""
    views = older(cast("sqlite3.Connection", connection.connection.driver_connection), tables)
    _at_each(engine, ["PRAGMA query_only = OFF", *views, "PRAGMA query_only = ON"])


def older(connection: sqlite3.Connection, tables: Sequence[Table]) -> list[str]:
    """Return the temporary views through which a database of an earlier version looks like one of this.

    A view stands for every table that has grown since: what was not recorded yet is the new column's default. A table
    that is new is empty, unless its rows stood elsewhere.
    """
    views: list[str] = []
    for table in tables:
        there = {row[1] for row in connection.execute(f"PRAGMA main.table_info({table.name})")}
        columns = [column.name if column.name in there else default(column) for column in table.columns]
        if not there.issuperset(table.columns.keys()):
            plain = f"SELECT {', '.join(columns)} {f'FROM main.{table.name}' if there else 'WHERE 0'}"
            views.append(f"CREATE TEMP VIEW {table.name} AS {(not there and formerly(table)) or plain}")
    return views


def formerly(table: Table) -> str:
    """Return the SELECT that gives a table's rows in a file of a version that does not have it; "" for no rows."""
    return str(table.info.get("formerly", ""))


def default(column: Column[object]) -> str:
    """Return what stands for a column that a file does not have yet."""
    clause = column.server_default
    value = clause.arg if isinstance(clause, DefaultClause) else "NULL"
    quoted = f"'{value}'" if isinstance(clause, DefaultClause) and isinstance(column.type, Text) else value
    return f"{quoted} AS {column.name}"
