"""What lies in a problem's folder, and which of it a result may rest on: every file by the hash of its bytes.

A judge may open whatever lies beside it, so the whole folder counts, and what does not is said here, once.
"""

from __future__ import annotations

import os
import re
import stat
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from evo.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LARGE_MB: Final = 64
"""A larger file counts where `data` names it, so that nobody waits for one that lies there by chance."""
_CHUNK = 1 << 20
_CONFIG = re.compile(rb"^(extends|problem|budget)\s*:", re.MULTILINE)
_LEFTOVERS = (".pyc", ".pyo", "~")


def contents_of(folder: Path, *, data: Sequence[str] = (), unread: Sequence[str] = ()) -> dict[str, str]:
    """Return name -> hash of every file of a problem that a score, a prompt or a seed may rest on.

    Left out are hidden files, what interpreters and editors leave behind, virtual environments, folders of runs, and
    configs of runs (`run.yaml` among them) at the top of the folder.

    Args:
        folder: the problem's.
        data: files and folders that count however large, here or elsewhere, relative to the folder.
        unread: files and folders that nothing rests on, relative to the folder.

    Raises:
        SpecError: a file that `data` names is not there, a large one is named nowhere, or one cannot be read.
    """
    named = {name.rstrip("/"): folder / name for name in data}
    found: dict[str, str] = {}
    for name, path in named.items():
        if not path.exists():
            raise SpecError(f"data: no file or folder {name!r} in {folder}", path=str(folder / "problem.yaml"))
        inside = files_in(path) if path.is_dir() else [path]
        found.update({_beside(name, path, each): digest_of(each) for each in inside})
    for path in files_in(folder):
        name = path.relative_to(folder).as_posix()
        if name in found or _within(name, unread) or (path.parent == folder and _is_config(path)):
            continue
        if path.stat().st_size > LARGE_MB << 20:
            raise SpecError(
                f"a file of {path.stat().st_size >> 20} MB lies in a problem's folder; where scores rest on it, name "
                f"it in problem.yaml, `data: [{name}]`, else `unread: [{name}]`",
                path=str(path),
            )
        found[name] = digest_of(path)
    return found


def readable_in(folder: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Return what programs may read; the judge may not be among it."""
    home, where = folder.resolve(), str(folder / "problem.yaml")
    found = [(folder / name).resolve() for name in names]
    for name, path in zip(names, found, strict=True):
        if not path.exists():
            raise SpecError(f"readable: no file or folder {name!r} in {folder}", path=where)
        if path in {home, home / "evaluate.py"}:
            message = "the judge lies there, which programs must not read; name the files or folders that they need"
            raise SpecError(f"readable: {name!r}: {message}", path=where)
    return tuple(str(path) for path in found)


def files_in(folder: Path) -> list[Path]:
    """Return the files below a folder, sorted, whatever links lead to them; without what nobody put there to be read.

    Raises:
        SpecError: a folder cannot be read.
    """
    return sorted(_walk(folder, set()))


def digest_of(path: Path) -> str:
    """Return the hash of a file's bytes.

    Raises:
        SpecError: it cannot be read.
    """
    digest = blake2b(digest_size=16)
    try:
        with path.open("rb") as stream:
            while data := stream.read(_CHUNK):
                digest.update(data)
    except OSError as error:
        raise SpecError(f"cannot be read ({error.strerror or error})", path=str(path)) from error
    return digest.hexdigest()


def _walk(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    try:
        entries = list(os.scandir(folder))
        at = folder.stat()
    except OSError as error:
        raise SpecError(f"cannot be read ({error.strerror or error})", path=str(folder)) from error
    names = {entry.name for entry in entries}
    # A link may lead back to where it lies.
    if (at.st_dev, at.st_ino) in seen or names & {"run.db", "pyvenv.cfg"}:
        return
    for entry in entries:
        if entry.name.startswith((".", "__pycache__")) or entry.name.endswith(_LEFTOVERS):
            continue
        if entry.is_dir():
            yield from _walk(folder / entry.name, seen | {(at.st_dev, at.st_ino)})
        elif entry.is_file() and stat.S_ISREG(entry.stat().st_mode):
            yield folder / entry.name


def _beside(name: str, root: Path, path: Path) -> str:
    return name if path == root else f"{name}/{path.relative_to(root).as_posix()}"


def _within(name: str, folders: Sequence[str]) -> bool:
    return any(name == each.rstrip("/") or name.startswith(f"{each.rstrip('/')}/") for each in folders)


def _is_config(path: Path) -> bool:
    """Tell whether a file says how something is run, which may change while runs go on."""
    if path.name == "run.yaml":
        return True
    if path.suffix != ".yaml" or path.name == "problem.yaml":
        return False
    with path.open("rb") as stream:
        return _CONFIG.search(stream.read(_CHUNK)) is not None
