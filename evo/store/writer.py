"""The one writer: a thread that owns the writing connection and groups what waits into one transaction.

While one transaction is being made durable, everything submitted meanwhile collects and goes into the next; nothing
ever waits for company. With synchronous FULL a commit costs 0.2 to 7 ms by the disk; grouping makes that not matter.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, cast

from evo.errors import StoreError
from evo.store import engines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from evo.store.rows import Statement

GROUP_MAX = 256
LOG_SOFT_BYTES = 16 * 1024 * 1024
"""From here on the log of writes (`run.db-wal`) is brought back by force, waiting for readers a little."""
LOG_MAX_BYTES = 64 * 1024 * 1024
"""From here on whoever holds it is complained about."""
_LOG_STEP_BYTES = 8 * 1024 * 1024
_LOG_WAIT_MS = 100
_Job = tuple["Sequence[Statement]", "Future[None]"]


def _silent(_: str) -> None:
    return None


class Writer:
    """Makes groups of statements durable, in the order in which they were submitted.

    A group is in the file whole or not at all. After the first failure every later submission fails with the same
    message: what is in memory may then be ahead of the file, and must not be built upon.
    """

    def __init__(self, engine: Engine, path: Path, tell: Callable[[str], None] = _silent) -> None:
        self._path, self._tell = path, tell
        self._log = path.with_name(f"{path.name}-wal")
        self._next_try = LOG_SOFT_BYTES
        pooled = engine.raw_connection()
        self._connection = cast("sqlite3.Connection", pooled.driver_connection)
        pooled.detach()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._failure: StoreError | None = None
        self._thread = threading.Thread(target=self._serve, name="evo-store-writer", daemon=True)
        self._thread.start()

    def submit(self, statements: Sequence[Statement]) -> Future[None]:
        """Queue statements for one transaction; the future is done once they are durable.

        The future's exception is a StoreError that names the file and what to do.
        """
        done: Future[None] = Future()
        self._jobs.put((statements, done))
        return done

    def close(self) -> None:
        """Make everything submitted durable, then close the connection; a second call does nothing."""
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join()

    def _serve(self) -> None:
        while (first := self._jobs.get()) is not None:
            group = [first]
            last = False
            while len(group) < GROUP_MAX and not self._jobs.empty():
                job = self._jobs.get()
                if job is None:
                    last = True
                    break
                group.append(job)
            self._write(group)
            if last:
                break
        self._connection.close()

    def _write(self, group: list[_Job]) -> None:
        if self._failure is None:
            try:
                self._transact(group)
                self._shorten()
            except (sqlite3.Error, OverflowError, TypeError, ValueError) as error:
                self._failure = StoreError(_explain(error, self._path))
                self._failure.__cause__ = error
        for _, done in group:
            # A caller that was cancelled while it waited no longer listens; its rows are written all the same.
            if not done.set_running_or_notify_cancel():
                continue
            if self._failure is None:
                done.set_result(None)
            else:
                done.set_exception(self._failure)

    def _shorten(self) -> None:
        """Bring the log of writes back into the database before it grows large; whoever reads an old state holds it."""
        size = self._log.stat().st_size if self._log.exists() else 0
        if size < self._next_try:
            self._next_try = max(LOG_SOFT_BYTES, min(self._next_try, size + _LOG_STEP_BYTES))
            return
        self._connection.execute(f"PRAGMA busy_timeout = {_LOG_WAIT_MS}")
        try:
            held = bool(self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
        except sqlite3.OperationalError:
            held = True
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {int(1000 * engines.BUSY_SECONDS)}")
        self._next_try = size + _LOG_STEP_BYTES if held else LOG_SOFT_BYTES
        if held and size >= LOG_MAX_BYTES:
            self._tell(
                f"{self._log} has grown to {size // 2**20} MB: another program has kept the run open for reading since "
                "long ago, so what is written meanwhile cannot be put in its place; close it"
            )

    def _transact(self, group: list[_Job]) -> None:
        execute = self._connection.execute
        # IMMEDIATE: a deferred transaction that turns from reading to writing fails at once with BUSY_SNAPSHOT.
        execute("BEGIN IMMEDIATE")
        try:
            for statements, _ in group:
                for sql, values in statements:
                    execute(sql, values)
            execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                execute("ROLLBACK")
            raise


def _explain(error: Exception, path: Path) -> str:
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    advice = {
        "SQLITE_FULL": "the disk is full; free some space",
        "SQLITE_IOERR_WRITE": "the disk could not be written; free some space or mend it",
        "SQLITE_BUSY": "another program has locked the file; close it",
        "SQLITE_READONLY": "the file or its folder is read-only; make it writable",
    }.get(name)
    what = f"{path}: could not be written ({name}: {error})"
    if name in {"SQLITE_CORRUPT", "SQLITE_NOTADB"}:
        return f"{what}; the file is damaged: keep a copy of the folder, then `evo recover` saves what can be read."
    if not isinstance(error, sqlite3.Error):
        return f"{what}; that is a fault of ours, please report it. Nothing durable is lost."
    return f"{what}; {advice or 'see the cause above'}, then `evo resume`. Nothing durable is lost."
