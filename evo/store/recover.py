"""Every readable row of a damaged database, in a new one.

Rows are read by their number, without any index. Where a stretch cannot be read it is halved until what is lost is
known to the row. What the damaged file says is taken as it is, but for rows that break the schema's own rules.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from evo.errors import ConflictError, DamagedError, NotFoundError
from evo.records import GENESIS
from evo.store import engines, events, rows, schema
from evo.store.backup import BACKUP
from evo.store.progress_board import PROGRESS
from evo.store.store import DATABASE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Table

_Row: TypeAlias = tuple[object, ...]

_BLOCK = 512
_BARREN_BLOCKS = 64
_LEAST_ROW = 8
"""Bytes that a row takes at least."""
_NOT_KEPT = {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", "run.lock", BACKUP, PROGRESS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What came of one table.

    Attributes:
        saved: rows in the new database.
        unreadable: stretches of neighbouring rows that cannot be read.
        refused: rows that could be read but break the schema's rules.
        problem: why nothing of the table can be read; "" otherwise.
    """

    table: str
    saved: int
    unreadable: int
    refused: int
    problem: str


def recover(source: Path, target: Path, tell: Callable[[str], None]) -> list[Saved]:
    """Save what can be read of a run into a new folder; the damaged one is left as it is.

    Args:
        source: folder of the damaged run.
        target: where the new run goes; appears by rename.
        tell: is told the name of each table before it is read.

    Raises:
        NotFoundError: `source` has no database.
        ConflictError: `target` exists.
        DamagedError: no row of the run's header can be read; nothing is made then.
    """
    if not (source / DATABASE).is_file():
        raise NotFoundError(f"{source}: no run here; a run's folder holds {DATABASE}")
    if target.exists():
        raise ConflictError(f"{target} exists; name a folder that does not")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Reading may write beside the file (its log is replayed): a copy takes that.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".recover-") as scratch:
        copy, draft = Path(scratch) / "damaged.db", Path(scratch) / "run"
        shutil.copyfile(source / DATABASE, copy)
        if (source / f"{DATABASE}-wal").is_file():
            shutil.copyfile(source / f"{DATABASE}-wal", Path(f"{copy}-wal"))
        shutil.copytree(source, draft, ignore=lambda _, names: _NOT_KEPT & set(names))
        schema.create(draft / DATABASE).dispose()
        found = _salvage(copy, draft / DATABASE, tell)
        header = next(each for each in found if each.table == schema.run.name)
        if not header.saved:
            raise DamagedError(f"{source / DATABASE}: the run's header cannot be read ({header.problem or 'no row'})")
        draft.rename(target)
    return found


def _salvage(damaged: Path, new: Path, tell: Callable[[str], None]) -> list[Saved]:
    reader, writer = sqlite3.connect(damaged), sqlite3.connect(new)
    try:
        # Rows may refer to lost ones.
        writer.execute("PRAGMA foreign_keys = OFF")
        found: list[Saved] = []
        for table in schema.metadata.sorted_tables:
            tell(table.name)
            found.append(_table(reader, writer, table))
            writer.commit()
        found = [_events(reader, writer, each) if each.table == schema.events.name else each for each in found]
        writer.commit()
    finally:
        reader.close()
        writer.close()
    return found


def _table(reader: sqlite3.Connection, writer: sqlite3.Connection, table: Table) -> Saved:
    try:
        query = _query(reader, table)
        reader.execute(query, (1, 0)).close()
    except sqlite3.DatabaseError as error:
        # An earlier version does not have every table.
        problem = "" if "no such table" in str(error) and _is_earlier(reader) else str(error)
        return Saved(table=table.name, saved=0, unreadable=0, refused=0, problem=problem)
    insert, lost = rows.insert(table, once=True), _Lost()
    saved = refused = 0
    for row in _readable(reader, query, _end(reader, table.name), lost):
        try:
            kept = writer.execute(insert, row).rowcount > 0
        except sqlite3.DatabaseError:
            kept = False
        saved, refused = saved + kept, refused + (not kept)
    return Saved(table=table.name, saved=saved, unreadable=lost.stretches, refused=refused, problem="")


def _events(reader: sqlite3.Connection, writer: sqlite3.Connection, found: Saved) -> Saved:
    """Chain the events that stood elsewhere in an earlier version; refuse those that stand beyond the last commit."""

    def log_hash(seq: int) -> str:
        row = writer.execute("SELECT hash FROM commits WHERE seq = ?", (seq,)).fetchone()
        return str(row[0]) if row else GENESIS

    if not found.saved and not found.problem and _is_earlier(reader):
        try:
            stood = reader.execute(engines.formerly(schema.events)).fetchall()
            for event in events.decode_events(stood, log_hash):
                writer.execute(*events.event_row(event))
            found = replace(found, saved=len(stood))
        except (sqlite3.DatabaseError, ValueError) as error:
            return replace(found, problem=str(error))
    # A log that breaks off can be gone on with, unless it speaks of commits that are lost.
    beyond = "DELETE FROM events WHERE after_seq > (SELECT coalesce(max(seq), -1) FROM commits)"
    lost = writer.execute(beyond).rowcount
    return replace(found, saved=found.saved - lost, refused=found.refused + lost)


def _query(reader: sqlite3.Connection, table: Table) -> str:
    there = {row[1] for row in reader.execute(f"PRAGMA table_info({table.name})")}
    columns = ", ".join(name if name in there else engines.default(column) for name, column in table.columns.items())
    return f"SELECT {columns} FROM {table.name} NOT INDEXED WHERE rowid BETWEEN ? AND ? ORDER BY rowid"  # noqa: S608 - our own names


def _is_earlier(reader: sqlite3.Connection) -> bool:
    return int(reader.execute("PRAGMA user_version").fetchone()[0]) < schema.SCHEMA_VERSION


@dataclass(slots=True)
class _Lost:
    """Row numbers that cannot be read, in ascending order."""

    stretches: int = 0
    newest: int = -2

    def add(self, number: int) -> None:
        # Neighbours that are lost together count as one stretch.
        self.stretches += number != self.newest + 1
        self.newest = number


def _end(reader: sqlite3.Connection, table: str) -> tuple[int, bool]:
    """Return a number that no row of a table exceeds, and whether it is the number of the last one."""
    pages, size = (reader.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    most = pages * size // _LEAST_ROW
    try:
        last = reader.execute(f"SELECT coalesce(max(rowid), 0) FROM {table} NOT INDEXED").fetchone()[0]  # noqa: S608 - our own names
    except sqlite3.DatabaseError:
        return most, False
    return min(last, most), last <= most


def _readable(reader: sqlite3.Connection, query: str, end: tuple[int, bool], lost: _Lost) -> Iterator[_Row]:
    """Yield all rows that can be read; the numbers of the others go into `lost`."""
    last, known = end
    barren = 0
    for first in range(0, last + 1, _BLOCK):
        found = list(_halved(reader, query, (first, min(first + _BLOCK - 1, last)), lost))
        yield from found
        barren = 0 if found else barren + 1
        # With the end of the table lost, every higher number seems to be lost as well.
        if barren >= _BARREN_BLOCKS and not known:
            return


def _halved(reader: sqlite3.Connection, query: str, stretch: tuple[int, int], lost: _Lost) -> Iterator[_Row]:
    waiting = [stretch]
    while waiting:
        low, high = waiting.pop()
        try:
            found = reader.execute(query, (low, high)).fetchall()
        except sqlite3.DatabaseError:
            if low == high:
                lost.add(low)
                continue
            middle = (low + high) // 2
            waiting += [(middle + 1, high), (low, middle)]
        else:
            yield from found
