"""How far the running judgements are, for whoever looks at the run from outside: a small file that is gone at the end.

`progress.json` lies in the run's folder while a process writes the run and its judges tell something. It is put there
whole, at most twice a second, is no part of the log, and nothing rests upon it: what cannot be written is left out, and
a reader believes it only while a process holds the run, if it is newer than that process, and for a minute.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from evo.store.lock import LOCK_NAME, is_locked
from evo.text import cut, sanitise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from evo.canonical import JSON

PROGRESS = "progress.json"
STALE_SECONDS = 60.0
"""An older file is not believed: whoever wrote it does so every ten seconds while there is something to tell."""
MOST_BYTES = 512 * 1024
_MOST_ROWS, _MOST_POINTS = 64, 64
_EVERY_SECONDS, _BEAT_SECONDS, _PAUSE_SECONDS = 0.5, 10.0, 30.0
_CLOSE_SECONDS = 2.0
_LONG = 1 << 53
_WORD_BYTES = 80
_DRAFT = f".{PROGRESS}.draft"


class ProgressBoard:
    """Writes the file, in a thread of its own, so that a slow disk holds nobody up. Nothing happens before `stir`.

    Args:
        folder: of the run.
        describe: returns what is to stand there; the file is taken away where `rows` is empty.
        every: seconds between two files, at least.
    """

    def __init__(
        self, folder: Path, describe: Callable[[], Mapping[str, JSON]], *, every: float = _EVERY_SECONDS
    ) -> None:
        self._folder, self._describe, self._every = folder, describe, every
        self._pool: ThreadPoolExecutor | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Future[bool] | None = None
        self._next, self._again, self._there, self._closed = 0.0, False, False, False
        # What a session that was killed has left.
        _wipe(folder)

    def stir(self) -> None:
        """Have the file made anew, soon."""
        if not self._closed:
            self._post_at(self._next)

    def _post_at(self, when: float) -> None:
        loop = asyncio.get_running_loop()
        when = max(when, loop.time())
        if self._timer is not None:
            if self._timer.when() <= when:
                return
            self._timer.cancel()
        self._timer = loop.call_at(when, self._post)

    def _post(self) -> None:
        self._timer, loop = None, asyncio.get_running_loop()
        if self._writing is not None:
            self._again = True
            return
        if loop.time() < self._next:
            self._post_at(self._next)
            return
        told = self._describe()
        if not (told["rows"] or self._there):
            return
        self._pool = self._pool or ThreadPoolExecutor(1, thread_name_prefix="evo-progress")
        document = {"at": time.time(), **told} if told["rows"] else None
        self._there = bool(told["rows"])
        self._next = loop.time() + self._every
        self._writing = loop.run_in_executor(self._pool, _put, self._folder, document)
        self._writing.add_done_callback(self._posted)

    def _posted(self, done: asyncio.Future[bool]) -> None:
        self._writing = None
        if self._closed or done.cancelled():
            return
        if not done.result():
            # A full disk is not asked twice a second.
            self._next = asyncio.get_running_loop().time() + _PAUSE_SECONDS
        if self._again:
            self._post_at(self._next)
        elif self._there:
            self._post_at(max(self._next, asyncio.get_running_loop().time() + _BEAT_SECONDS))
        self._again = False

    async def close(self) -> None:
        """Take the file away; a second call does nothing."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._pool is None:
            return
        pool, self._pool = self._pool, None
        gone = asyncio.get_running_loop().run_in_executor(pool, _wipe, self._folder)
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(gone), _CLOSE_SECONDS)
        pool.shutdown(wait=False)


def _put(folder: Path, document: Mapping[str, JSON] | None) -> bool:
    """Put a document into its place, None: take it away; return whether that was possible."""
    if document is None:
        return _wipe(folder)
    draft = folder / _DRAFT
    try:
        data = json.dumps(document, separators=(",", ":"), allow_nan=False)
        draft.unlink(missing_ok=True)
        with draft.open("x", encoding="utf-8") as file:
            file.write(data)
        draft.replace(folder / PROGRESS)
    except (OSError, ValueError):
        # Rather nothing than what was true before.
        _wipe(folder)
        return False
    return True


def _wipe(folder: Path) -> bool:
    try:
        for name in (PROGRESS, _DRAFT):
            (folder / name).unlink(missing_ok=True)
    except OSError:
        return False
    return True


def progress_stamp(folder: Path) -> tuple[int, int, int]:
    """Return what changes whenever the file does: inode, time and size; zeros where there is none."""
    try:
        told = (folder / PROGRESS).stat(follow_symlinks=False)
    except OSError:
        return 0, 0, 0
    return told.st_ino, told.st_mtime_ns, told.st_size


def read_progress(folder: Path, *, now: float | None = None) -> dict[str, JSON] | None:
    """Return how far the running judgements of a run are; None where nothing that can be believed says so.

    The file may be anybody's: what has not the form of ours is left out, texts and lists are cut.

    Args:
        folder: of the run.
        now: Unix seconds; None for the clock's.

    Returns:
        at (Unix seconds, when it was true), rows and more, as `search.judgements.Judgements.describe` has them.
    """
    found = _read(folder)
    if found is None:
        return None
    at, now = _number(found.get("at"), 0.0), time.time() if now is None else now
    if not -STALE_SECONDS <= now - at <= STALE_SECONDS:
        return None
    given, more = found.get("rows"), found.get("more")
    rows: list[JSON] = [_row(each) for each in _listed(given)[:_MOST_ROWS] if isinstance(each, dict)]
    return {"at": at, "rows": rows, "more": _whole(more)} if rows else None


def read_judgements(folder: Path) -> list[dict[str, JSON]]:
    """Return the rows of `read_progress` as they are by now; none where there is nothing to believe."""
    now = time.time()
    found = read_progress(folder, now=now)
    if found is None:
        return []
    age = max(0.0, now - _number(found["at"], now))
    rows = [each for each in _listed(found["rows"]) if isinstance(each, dict)]
    later = ("seconds", "silent")
    return [{**row, **{name: round(_number(row[name], 0.0) + age, 1) for name in later}} for row in rows]


def _read(folder: Path) -> dict[str, JSON] | None:
    """Return the file, if it is of the process that holds the run now."""
    try:
        handle = os.open(folder / PROGRESS, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            # Both times are of one clock. A process marks its lock when it takes the run, before anything else.
            if os.fstat(handle).st_mtime_ns < (folder / LOCK_NAME).stat().st_mtime_ns or not is_locked(folder):
                return None
            data = file.read(MOST_BYTES + 1)
        found = cast("JSON", json.loads(data)) if len(data) <= MOST_BYTES else None
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _row(given: dict[str, JSON]) -> dict[str, JSON]:
    fraction, score = given.get("fraction"), given.get("score")
    return {
        "ticket": _whole(given.get("ticket")),
        **{name: _word(given.get(name)) for name in ("operator", "program", "parent")},
        **{name: _number(given.get(name), 0.0) for name in ("seconds", "silent", "stuck_after")},
        "fraction": min(max(_number(fraction, 0.0), 0.0), 1.0) if _is_number(fraction) else None,
        "score": _number(score, 0.0) if _is_number(score) else None,
        "bar": next(iter(_points([given.get("bar")])), None),
        "curve": _points(given.get("curve")),
        "beside": _points(given.get("beside")),
    }


def _listed(given: JSON) -> Sequence[JSON]:
    return given if isinstance(given, list) else []


def _points(given: JSON) -> list[JSON]:
    """Return the pairs of finite numbers in a list, not all of a long one."""
    pairs = [_listed(each) for each in _listed(given)[:_MOST_POINTS]]
    return [
        [_number(pair[0], 0.0), _number(pair[1], 0.0)]
        for pair in pairs
        if len(pair) == 2 and all(map(_is_number, pair))  # noqa: PLR2004 - a pair
    ]


def _word(given: JSON) -> str:
    return cut(sanitise(given[:400]), _WORD_BYTES) if isinstance(given, str) else ""


def _whole(given: JSON) -> int:
    return given if type(given) is int and 0 <= given < _LONG else 0


def _is_number(value: JSON) -> bool:
    return (type(value) is int and abs(value) < _LONG) or (isinstance(value, float) and math.isfinite(value))


def _number(value: JSON, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) and _is_number(value) else otherwise
