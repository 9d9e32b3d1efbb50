"""Pictures of programs in a run's folder: `pictures/<program>.png`, drawn by the problem's `picture.py` in a judge.

They are no part of the log, and whoever shows them trusts neither their size nor what is in them.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

from evo.errors import StoreError
from evo.store.folder import BEST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PICTURES = "pictures"
BEST_PICTURE = "picture.png"
MOST_BYTES = 8_000_000
MOST_PIXELS = 4096 * 4096
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct("!8s4x4sII")


def write_picture(folder: Path, program_id: str, picture: bytes) -> Path:
    """Put a program's picture into the folder of its run; a reader sees all of it or nothing.

    Raises:
        StoreError: it cannot be written.
    """
    path = folder / PICTURES / f"{program_id}.png"
    draft = path.with_suffix(".draft")
    try:
        path.parent.mkdir(exist_ok=True)
        draft.write_bytes(picture)
        draft.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: the picture cannot be written: {error}") from error
    return path


def read_picture(folder: Path, program_id: str) -> bytes | None:
    """Return a program's picture, as PNG; None without one, and for a file that is no PNG of a sensible size.

    A link is not followed: a folder may be somebody else's.
    """
    return _read_file(folder / PICTURES / f"{program_id}.png") if program_id.isalnum() else None


def read_best_picture(folder: Path) -> bytes | None:
    """Return the picture of the best program, as `read_picture` does."""
    return _read_file(folder / BEST / BEST_PICTURE)


def _read_file(path: Path) -> bytes | None:
    if path.parent.is_symlink():
        return None
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        content = file.read(MOST_BYTES + 1)
    return content if is_picture(content) else None


def is_picture(content: bytes) -> bool:
    """Tell whether these are the bytes of a PNG that can be shown without harm: of bounded length and size."""
    if not _HEADER.size <= len(content) <= MOST_BYTES:
        return False
    signature, kind, width, height = _HEADER.unpack_from(content)
    return signature == _SIGNATURE and kind == b"IHDR" and 0 < width * height <= MOST_PIXELS


def drawn_programs(folder: Path, programs: Sequence[str]) -> list[str]:
    """Return those of some programs that have a picture, in the same order."""
    return [each for each in programs if read_picture(folder, each) is not None]
