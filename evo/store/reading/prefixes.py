"""What the words of an address may become: for shells, which ask at every press of a key.

Only the standard library is loaded. A run that cannot be read offers nothing: nobody wants a message while typing.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DATABASE = "run.db"
ID_DIGITS = 8
_MOST = 64
_WAIT_SECONDS = 0.2
_HEX = frozenset("0123456789abcdef")


def run_names(runs_dir: Path, prefix: str) -> list[str]:
    """Return the runs that `prefix` may begin, newest first.

    Args:
        runs_dir: where runs lie.
        prefix: of an id, which is then returned whole, or of its last four digits, which are returned alone.
    """
    ids = _ids(runs_dir)
    tails = [run_id.rpartition("-")[2] for run_id in ids] if prefix else []
    return [name for name in [*ids, *tails] if name.startswith(prefix)][:_MOST]


def program_ids(runs_dir: Path, run: str, prefix: str) -> list[str]:
    """Return the beginnings of programs' ids that begin with `prefix`, at least eight digits each, sorted.

    Args:
        runs_dir: where runs lie.
        run: a path, an id, the beginning of one or of its last digits; "" or "@last" for the newest.
        prefix: hexadecimal digits; anything else begins no id.
    """
    folder = _folder(runs_dir, run)
    if folder is None or not _HEX.issuperset(prefix):
        return []
    question = "SELECT DISTINCT substr(id, 1, ?) FROM programs WHERE id >= ? AND id < ? ORDER BY 1 LIMIT ?"
    return _asked(folder, question, (max(ID_DIGITS, len(prefix)), prefix, prefix + "g", _MOST))


def operators(runs_dir: Path, run: str, prefix: str) -> list[str]:
    """Return the operators of a run's log that begin with `prefix`, sorted."""
    return _column(runs_dir, run, prefix, "SELECT DISTINCT operator FROM commits ORDER BY 1")


def models(runs_dir: Path, run: str, prefix: str) -> list[str]:
    """Return the roles that answered in a run and begin with `prefix`, sorted."""
    return _column(runs_dir, run, prefix, "SELECT DISTINCT llm FROM commits WHERE llm <> '' ORDER BY 1")


def _column(runs_dir: Path, run: str, prefix: str, question: str) -> list[str]:
    folder = _folder(runs_dir, run)
    return [name for name in _asked(folder, question, ()) if name.startswith(prefix)] if folder else []


def _asked(folder: Path, question: str, values: tuple[object, ...]) -> list[str]:
    location = f"{(folder / DATABASE).absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(location, uri=True, timeout=_WAIT_SECONDS)) as connection:
            return [str(row[0]) for row in connection.execute(question, values)]
    except (sqlite3.Error, ValueError):
        return []


def _folder(runs_dir: Path, run: str) -> Path | None:
    if run in {"", "@last"}:
        return next((runs_dir / run_id for run_id in _ids(runs_dir)), None)
    path = type(runs_dir)(run).expanduser()
    if (path / DATABASE).is_file():
        return path
    ids = _ids(runs_dir)
    meant = [run_id for run_id in ids if run_id == run]
    meant = meant or [each for each in ids if each.startswith(run) or each.rpartition("-")[2].startswith(run)]
    return runs_dir / meant[0] if len(meant) == 1 else None


def _ids(runs_dir: Path) -> list[str]:
    # An id begins with its date, so that the order of names is that of creation.
    try:
        return sorted((path.parent.name for path in runs_dir.glob(f"[!.]*/{DATABASE}")), reverse=True)
    except OSError:
        return []
