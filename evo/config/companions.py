"""The files that a module brings along: what it imports from its own folder, what it names there, and `data/`.

Nothing is imported: the source says it. A module that is found by a computed name is not seen.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from evo.config.contents import files_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DATA = "data"
_FILE_NAME = re.compile(r"\w[\w ./-]{0,200}")


def companions(file: Path) -> list[Path]:
    """Return a module's file and the files that its results may rest on beside it, sorted.

    Args:
        file: the module; neighbours are looked for from its folder on, as an import there finds them.

    Raises:
        SpecError: `data/` beside it cannot be read.
    """
    start = file.resolve()
    found: set[Path] = set()
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _mentioned(path, start.parent) if path.suffix == ".py" else ()
    data = start.parent / _DATA
    return sorted({*found, *(files_in(data) if data.is_dir() else ())})


def _mentioned(path: Path, root: Path) -> Iterator[Path]:
    """Yield the files below `root` that a module imports or names."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _module(root, alias.name)
        elif isinstance(node, ast.ImportFrom):
            above = path.parents[node.level - 1] if 0 < node.level <= len(path.parents) else root
            for alias in node.names:
                yield from _module(above, f"{node.module}.{alias.name}" if node.module else alias.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _FILE_NAME.fullmatch(node.value):
            yield from {each.resolve() for each in (root / node.value, path.parent / node.value) if each.is_file()}


def _module(root: Path, name: str) -> Iterator[Path]:
    """Yield what importing a dotted name from a folder loads there."""
    place = root
    for step in name.split("."):
        place /= step
        yield from (each for each in (place.with_name(f"{step}.py"), place / "__init__.py") if each.is_file())
