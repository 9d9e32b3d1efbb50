"""A run as a page reads it: short reads of bounded size, by one who trusts nothing that is in the file.

A folder of runs may hold files that somebody else made. So every question has a deadline, every text is cut where it is
read, a compressed text is unpacked up to a limit, and a file with anything in it that evo never makes (views, triggers,
virtual tables) is refused. A read opens and closes its own connection, so that no reader keeps the writer's log from
being checkpointed.
"""

from __future__ import annotations

import math
import sqlite3
import time
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, TypeAlias, cast

from sqlalchemy.exc import SQLAlchemyError

from evo.errors import DamagedError, NotFoundError
from evo.store import schema
from evo.store.lock import is_locked
from evo.store.progress_board import read_progress
from evo.store.reading.columns import read_columns
from evo.store.reading.details import read_answer, read_commits, read_program, read_wishes
from evo.store.reading.foreign import as_mapping
from evo.store.store import DATABASE, RunHeader, read_header
from evo.text import cut, sanitise

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from evo.canonical import JSON

AT_ONCE = 5000
"""Commits in one answer, at most."""
CPU_SECONDS = 5.0
"""What one question may take of its thread; of the clock `WALL_SECONDS`, since disks are slow and machines busy."""
WALL_SECONDS = 120.0
_VALUE_MAX_BYTES = 32 * 1024 * 1024
_CACHE_KB = 4096
_STEPS = 20_000
_FOREIGN = """
    SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger') OR sql LIKE 'CREATE VIRTUAL%' LIMIT 1
"""
_STAND = """
    SELECT (SELECT coalesce(max(seq), -1) FROM commits), state, stop_reason, issued, seconds, id,
        (SELECT count(*) FROM sessions), (SELECT count(*) FROM events),
        (SELECT coalesce(max(at), 0) FROM commits WHERE seq = (SELECT max(seq) FROM commits))
    FROM run
"""
_EVENTS = """
    SELECT number, kind, substr(author, 1, 200), after_seq, substr(data, 1, 16384), at FROM events
    ORDER BY number LIMIT 1000
"""
_EVENT_NAMES = ("number", "kind", "author", "after_seq", "data", "at")
_STAND_NAMES = ("seq", "state", "stop_reason", "issued", "seconds", "run", "sessions", "events", "last_at")
_SPARKS = """
    SELECT c.seq * ? / (SELECT max(seq) + 1 FROM commits) AS part, {best}(e.objective)
    FROM commits AS c JOIN evaluations AS e ON e.program = c.program
    WHERE c.evaluated = 1 AND e.status = 'VALID' GROUP BY part ORDER BY part
"""
_SPEND = """
    SELECT coalesce(sum(cost_usd), 0), coalesce(sum(prompt_tokens), 0), coalesce(sum(completion_tokens), 0) FROM answers
"""

Row: TypeAlias = tuple[Any, ...]


class BoundedReader:
    """A read-only handle on one run for readers over a wire; also a context manager.

    Attributes:
        folder: where the run lies.

    Raises (all methods):
        DamagedError: the file cannot be read, or not within its time.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.is_dir() or not (folder / DATABASE).is_file():
            raise NotFoundError(f"{folder.name}: no run here any more; it was moved or deleted")
        self._engine: Engine = schema.engine_for(folder / DATABASE, write=False)

    @contextmanager
    def _reading(self) -> Generator[Connection]:
        try:
            with self._engine.connect() as connection:
                raw = cast("sqlite3.Connection", connection.connection.driver_connection)
                _bound(raw)
                foreign = connection.exec_driver_sql(_FOREIGN).first()
                if foreign is not None:
                    raise DamagedError(f"{self.folder.name}: holds a {foreign[0]}, which no evo makes; not opened")
                connection.exec_driver_sql("BEGIN")
                yield connection
        except (SQLAlchemyError, sqlite3.Error, zlib.error, ValueError, TypeError, RecursionError) as error:
            said = sanitise(str(error)).splitlines()
            reason = cut(said[0] if said else type(error).__name__, 200)
            raise DamagedError(f"{self.folder.name}: cannot be read any further ({reason})") from error

    def header(self) -> RunHeader:
        """Return what the run is; long texts are cut."""
        with self._reading() as connection:
            return read_header(connection)

    def stand(self) -> dict[str, JSON]:
        """Return how the run stands: what tells a reader whether there is anything new.

        Keys: seq (of the last commit, -1 for none), state (as `RunView.state`), stop_reason, issued, seconds, run,
        sessions, events, last_at.
        """
        with self._reading() as connection:
            row = connection.exec_driver_sql(_STAND).one()
        found: dict[str, JSON] = dict(zip(_STAND_NAMES, row, strict=True))
        if found["state"] == "running" and not is_locked(self.folder):
            found["state"] = "interrupted"
        return found

    def progress(self) -> dict[str, JSON] | None:
        """Return how far the judgements are that run now; None where nothing tells that: see `read_progress`."""
        return read_progress(self.folder)

    def events(self) -> list[dict[str, JSON]]:
        """Return the entries of the log beside the commits, at most 1000: number, kind, author, after_seq, data, at."""
        with self._reading() as connection:
            rows = connection.exec_driver_sql(_EVENTS).all()
        return [dict(zip(_EVENT_NAMES, (*row[:4], as_mapping(row[4]), row[5]), strict=True)) for row in rows]

    def columns(self, after: int, most: int = AT_ONCE) -> dict[str, JSON]:
        """Return the commits after one as columns, at most `most` of them: see `columns`."""
        with self._reading() as connection:
            return read_columns(connection, after + 1, min(max(most, 1), AT_ONCE))

    def commits(self, seqs: Sequence[int]) -> list[dict[str, JSON]]:
        """Return the words of some commits: summary, detail, feedback, in the order of `seq`."""
        with self._reading() as connection:
            return read_commits(connection, seqs, read_wishes(connection))

    def program(self, prefix: str) -> dict[str, JSON] | None:
        """Return everything about a program but prompt and answer, by the beginning of its id; None for none."""
        with self._reading() as connection:
            return read_program(connection, prefix, read_wishes(connection))

    def answer(self, ticket: int) -> dict[str, JSON] | None:
        """Return what the model was asked for a ticket and what it said; None where no model was asked."""
        with self._reading() as connection:
            return read_answer(connection, ticket)

    def find(self, words: str, most: int = 500) -> list[int]:
        """Return the commits whose summary, detail, operator, outcome or id holds some words, newest first."""
        pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        where = " OR ".join(f"{name} LIKE ?2 ESCAPE '\\'" for name in ("summary", "detail", "operator", "outcome"))
        sql = f"SELECT seq FROM commits WHERE program LIKE ?1 OR {where} ORDER BY seq DESC LIMIT ?3"  # noqa: S608
        with self._reading() as connection:
            rows = connection.exec_driver_sql(sql, (pattern[1:], pattern, most))
            return [int(seq) for (seq,) in rows]

    def sketch(self, *, maximize: bool, parts: int = 32) -> list[float | None]:
        """Return the best objective so far at `parts` points of the run, evenly over its commits."""
        best: Callable[[float, float], float] = max if maximize else min
        with self._reading() as connection:
            rows = connection.exec_driver_sql(_SPARKS.format(best="max" if maximize else "min"), (parts,)).all()
        found = {int(part): float(value) for part, value in rows if value is not None and math.isfinite(value)}
        so_far: float | None = None
        curve: list[float | None] = []
        for part in range(parts):
            if part in found:
                so_far = found[part] if so_far is None else best(so_far, found[part])
            curve.append(so_far)
        return curve

    def spend(self) -> tuple[float, int, int]:
        """Return usd, prompt tokens and completion tokens over all answers."""
        with self._reading() as connection:
            usd, prompt, completion = connection.exec_driver_sql(_SPEND).one()
        return float(usd), int(prompt), int(completion)

    def close(self) -> None:
        """Let go of the file; a second call does nothing."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _bound(raw: sqlite3.Connection) -> None:
    raw.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE_MAX_BYTES)
    raw.text_factory = _lenient
    used, end = time.thread_time() + CPU_SECONDS, time.monotonic() + WALL_SECONDS
    raw.set_progress_handler(lambda: time.thread_time() > used or time.monotonic() > end, _STEPS)
    raw.execute("PRAGMA trusted_schema = OFF")
    raw.execute(f"PRAGMA cache_size = -{_CACHE_KB}")


def _lenient(data: bytes) -> str:
    return data.decode("utf-8", "replace")
