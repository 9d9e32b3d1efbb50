"""A tree on disk, and the files of a program in it as they are written there: with the line ends that they had."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from evo.records import EntryKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from evo.records import Program, Tree

_MARK = "\ufeff"


def write_tree(tree: Tree, folder: Path) -> None:
    """Write all that a tree holds into an empty folder.

    Raises:
        OSError: there is no room for it.
    """
    made: set[str] = set()
    for path, entry in tree.entries.items():
        above = path.rpartition("/")[0]
        if above not in made:
            (folder / above).mkdir(parents=True, exist_ok=True)
            made.add(above)
        if entry.kind is EntryKind.LINK:
            os.symlink(entry.data.decode(), folder / path)  # noqa: PTH211 - where it leads is a text
            continue
        mode = 0o755 if entry.kind is EntryKind.PROGRAM else 0o644
        fd = os.open(folder / path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(fd, "wb") as file:
            file.write(entry.data)


def written_files(program: Program, tree: Tree) -> Mapping[str, str]:
    """Return what a program changes of its tree, path -> text, as it is to be written.

    A text gets back what programs do not know of it: a mark at its begin, the line ends that most of its lines had, and
    an end without one.
    """
    return {path: _as_it_was(text, tree, path) for path, text in program.changed.items()}


def _as_it_was(text: str, tree: Tree, path: str) -> str:
    entry = tree.entries.get(path)
    if entry is None:
        return text
    before = entry.data.decode("utf-8")
    if before and not before.endswith(("\n", "\r")):
        text = text.removesuffix("\n")
    if before.count("\r\n") * 2 > before.count("\n"):
        text = re.sub("\n", "\r\n", text)
    return _MARK + text if before.startswith(_MARK) else text
