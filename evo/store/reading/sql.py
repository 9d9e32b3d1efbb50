"""Questions to a run's database in SQL, which can only read.

Three walls, each enough for what it stands against: the file is opened read-only, and an authoriser refuses every
statement that is not a SELECT, so that none can attach, write or copy another file, or change a setting.
"""

from __future__ import annotations

import sqlite3
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from evo.errors import DamagedError, UsageError
from evo.store import engines, schema
from evo.store.packed import unpack
from evo.store.store import DATABASE

if TYPE_CHECKING:
    from pathlib import Path

Value: TypeAlias = str | int | float | bytes | None

_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResult:
    """The rows that a question gave.

    Attributes:
        rows: one value per column each.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def ask(folder: Path, question: str) -> QueryResult:
    """Put a SELECT to the database of a run.

    Beside what SQLite offers there is the function `text(column)`: the text of a compressed column.

    Args:
        folder: of the run.
        question: one statement.

    Raises:
        UsageError: it is not one SELECT that makes sense.
        NotFoundError, DamagedError: the database cannot be read.
    """
    path = folder / DATABASE
    schema.engine_for(path, write=False).dispose()
    connection = sqlite3.connect(engines.location(path), uri=True, timeout=engines.BUSY_SECONDS, isolation_level=None)
    try:
        for view in engines.older(connection, schema.metadata.sorted_tables):
            connection.execute(view)
        connection.create_function("text", 1, _text, deterministic=True)
        connection.set_authorizer(_authorise)
        cursor = connection.execute(question)
        columns = tuple(column[0] for column in cursor.description or ())
        return QueryResult(columns=columns, rows=tuple(tuple(row) for row in cursor))
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _refused(path, error) from error
    finally:
        connection.close()


def _authorise(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _refused(path: Path, error: Exception) -> Exception:
    said = str(error)
    if any(word in said for word in ("not authorized", "authorization denied", "prohibited")):
        return UsageError(f"{said}: `evo sql` reads only; expected a SELECT")
    if "malformed" in said or "not a database" in said:
        return DamagedError(f"{path}: {said}; `evo recover` saves what can be read")
    tables = ", ".join(schema.metadata.tables)
    return UsageError(f"{said}; the tables are {tables}")


def _text(value: Value) -> Value:
    if not isinstance(value, bytes):
        return value
    try:
        return unpack(value)
    except (zlib.error, ValueError, DamagedError):
        return None
