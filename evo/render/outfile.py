"""A file that a person has named for what we write: whole or not at all, and never in place of what is no file.

A draft beside it takes its place by rename, but only the place of a regular file or of nothing. Links are followed;
into a FIFO or a device is written as it stands.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import BinaryIO

_HINT = "name another place"


@contextmanager
def outfile(path: Path, *, hint: str = _HINT) -> Generator[BinaryIO]:
    """Give what to write to.

    Args:
        path: as the person named it.
        hint: what to do if it cannot be written, for example "name another file after -o".

    Raises:
        EvoError: it cannot be written; what was there before is as it was.
    """
    try:
        place = Path(os.path.realpath(path))
        if _is_regular(path):
            with _draft(place) as file:
                yield file
        else:
            with path.open("wb") as file:
                yield file
    except OSError as error:
        raise EvoError(f"{path}: cannot be written ({error.strerror or error}); {hint}") from error


def write_file(path: Path, data: bytes, *, hint: str = _HINT) -> None:
    """Write a whole file; see `outfile`."""
    with outfile(path, hint=hint) as file:
        file.write(data)


def make_folder(path: Path, *, hint: str = _HINT) -> None:
    """Make a folder, and those above it, if they are not there; raises as `outfile`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvoError(f"{path}: cannot be made as a folder ({error.strerror or error}); {hint}") from error


def _is_regular(path: Path) -> bool:
    """Tell whether what a path leads to is a file like any other, or nothing yet."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return True


@contextmanager
def _draft(place: Path) -> Generator[BinaryIO]:
    # A name of its own, and short: that of the file may be as long as names can be.
    draft = place.with_name(f".evo-{secrets.token_hex(8)}.draft")
    try:
        with draft.open("xb") as file:
            if place.exists():
                draft.chmod(stat.S_IMODE(place.stat().st_mode))
            yield file
            file.flush()
            # A quota or a disk far away may say only now that there is no room.
            os.fsync(file.fileno())
        draft.replace(place)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
