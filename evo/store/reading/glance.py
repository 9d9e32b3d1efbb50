"""Which folder a run lies in, found with the standard library alone: for who has to be quick, not for who explains.

`address.find_run` says what is wrong with a name and which one is near; here a name that is not plain means nothing.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_DATABASE = "run.db"
_LAST = "@last"


def folder_of(runs_dir: Path, name: str) -> Path | None:
    """Return the folder that `address.find_run` would return, None where that would take more than a glance."""
    path = type(runs_dir)(name).expanduser()
    if (path / _DATABASE).is_file():
        return path
    with suppress(OSError):
        folders = [each for each in runs_dir.iterdir() if each.is_dir() and not each.name.startswith(".")]
        if name == _LAST:
            return max(folders, key=lambda each: (_created(each), each.name), default=None)
        exact = [each for each in folders if each.name == name]
        found = exact or [each for each in folders if _begins(each.name, name)]
        return found[0] if len(found) == 1 else None
    return None


def _begins(run_id: str, name: str) -> bool:
    return bool(name) and (run_id.startswith(name) or run_id.rpartition("-")[2].startswith(name))


def _created(folder: Path) -> float:
    with suppress(sqlite3.Error):
        location = f"{(folder / _DATABASE).absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(location, uri=True)) as connection:
            return float(connection.execute("SELECT created FROM run").fetchone()[0])
    return -1.0
