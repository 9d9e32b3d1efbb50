"""What a program changes of its repository, as a patch that `git apply` takes."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from evo.repository.checkout import written_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.records import Program, Tree

_CONTEXT = 3
_NO_END = "\\ No newline at end of file\n"


def patch_of(program: Program, tree: Tree) -> str:
    """Return the patch, "" where nothing is changed; its paths are those of the whole git repository."""
    return "".join(_patch(path, text, tree) for path, text in sorted(written_files(program, tree).items()))


def _patch(path: str, text: str, tree: Tree) -> str:
    entry, name = tree.entries.get(path), tree.prefix + path
    before = entry.data.decode("utf-8") if entry else ""
    head = [f"diff --git a/{name} b/{name}\n", *(["new file mode 100644\n"] if entry is None else [])]
    sides = ("/dev/null" if entry is None else f"a/{name}", f"b/{name}")
    lines = difflib.unified_diff(_lines(before), _lines(text), *sides, n=_CONTEXT)
    return "".join([*head, *_ended(lines)])


def _lines(text: str) -> list[str]:
    """Return the lines of a text with their line feeds, and split at nothing else."""
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _ended(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n{_NO_END}"
