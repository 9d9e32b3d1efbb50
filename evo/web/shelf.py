"""The folder of runs that is shown: which runs there are, and one line about each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from evo.errors import EvoError, NotFoundError
from evo.store.lock import is_locked
from evo.store.reading.address import run_folders
from evo.store.reading.bounded import BoundedReader
from evo.store.store import DATABASE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evo.canonical import JSON

MOST_RUNS = 2000
_LOG = f"{DATABASE}-wal"


class RunShelf:
    """Runs that lie side by side.

    Args:
        place: a folder of runs, or the folder of one run.

    Attributes:
        place: as given.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self._one = (place / DATABASE).is_file()
        self._rows: dict[str, tuple[object, dict[str, JSON]]] = {}

    def folders(self) -> Sequence[Path]:
        """Return the folders that hold a run, the last by name first."""
        if self._one:
            return [self.place]
        found = [folder for folder in run_folders(self.place) if (folder / DATABASE).is_file()]
        return found[::-1][:MOST_RUNS]

    def open_named(self, name: str) -> BoundedReader:
        """Open a run by the name of its folder.

        Raises:
            NotFoundError: there is none of that name: a name is no path.
            DamagedError: it cannot be read.
        """
        return BoundedReader(self.folder_of(name))

    def folder_of(self, name: str) -> Path:
        """Return the folder of a run by its name.

        Raises:
            NotFoundError: no run of that name lies here.
        """
        if self._one and name == self.place.name:
            return self.place
        if self._one or not name or name.startswith(".") or os.sep in name or "\0" in name:
            raise NotFoundError(f"{name!r}: no run of that name lies here")
        return self.place / name

    def rows(self) -> list[dict[str, JSON]]:
        """Return a line about every run, the last by name first; a run that cannot be read says why in `error`."""
        folders = self.folders()
        names = {folder.name for folder in folders}
        self._rows = {name: row for name, row in self._rows.items() if name in names}
        return [self._row(folder) for folder in folders]

    def _row(self, folder: Path) -> dict[str, JSON]:
        stamp = stamp_of(folder)
        known = self._rows.get(folder.name)
        if known is None or known[0] != stamp:
            known = (stamp, _read_row(folder))
            self._rows[folder.name] = known
        row = known[1]
        # A process that dies changes no file.
        died = row.get("state") == "running" and not is_locked(folder)
        return {**row, "state": "interrupted"} if died else row


def stamp_of(folder: Path) -> tuple[tuple[int, int, int], ...]:
    """Return what changes whenever the database of a run does: inode, time and size of its files."""
    found: list[tuple[int, int, int]] = []
    for name in (DATABASE, _LOG):
        try:
            told = (folder / name).stat()
        except OSError:
            found.append((0, 0, 0))
        else:
            found.append((told.st_ino, told.st_mtime_ns, told.st_size))
    return tuple(found)


def _read_row(folder: Path) -> dict[str, JSON]:
    try:
        with BoundedReader(folder) as reader:
            header, stand = reader.header(), reader.stand()
            usd, prompt, completion = reader.spend()
            spark = reader.sketch(maximize=header.direction == "maximize")
    except EvoError as error:
        return {"name": folder.name, "error": str(error)}
    return {
        "name": folder.name,
        **{name: getattr(header, name) for name in ("problem", "instance", "created", "direction", "unit", "seed")},
        **{name: stand[name] for name in ("state", "stop_reason", "issued", "seconds", "last_at")},
        "committed": _count(stand["seq"]),
        "best": next((value for value in reversed(spark) if value is not None), None),
        "spark": [*spark],
        "cost_usd": usd,
        "tokens": prompt + completion,
    }


def _count(seq: JSON) -> int:
    return seq + 1 if isinstance(seq, int) else 0
