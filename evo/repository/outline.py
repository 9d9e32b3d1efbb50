"""What prompts say of a repository beside what may change: some files in full, else names and signatures.

It depends on the tree alone, so it is equal in all prompts of a run.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, Final

from evo.edits.editable import matches
from evo.records import EntryKind
from evo.text import fence, sanitise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evo.records import Tree, TreeEntry

OUTLINE_CHARS: Final = 12_000
"""Of names and signatures; what is shown in full comes on top."""
_PARSED_BYTES = 100_000
_LINE_CHARS = 160
_FOLDER_NAMES = 12
_DEFINITIONS = re.compile(
    r"^(?:export |pub(?:\([a-z]+\))? |public |static |async |inline |abstract |final |const )*"
    r"(?:fn|func|function|def|class|struct|enum|trait|impl|interface|type|module|subroutine|mod)\s+[\w<>:&*, ()]+.*$"
    r"|^(?!return|else|if|for|while|switch|using|typedef|#)[\w:<>,*& ~]+\([^;{}]*\)\s*(?:const\s*)?\{?\s*$",
    re.MULTILINE,
)
_SOURCES = frozenset(
    {
        "c",
        "cc",
        "cpp",
        "cxx",
        "h",
        "hpp",
        "cu",
        "rs",
        "go",
        "java",
        "js",
        "mjs",
        "ts",
        "jl",
        "f90",
        "f95",
        "kt",
        "swift",
    }
)


def outline_of(tree: Tree, shown: Sequence[str] = ()) -> str:
    """Return Markdown about all that may not change; "" where there is nothing else.

    Args:
        tree: the repository's.
        shown: globs of files to show in full.
    """
    may = frozenset(tree.editable)
    rest = {path: entry for path, entry in tree.entries.items() if path not in may}
    full = [path for path in rest if matches(path, tuple(shown)) and _text(rest[path]) is not None]
    parts = [f"`{path}`:\n\n{fence(_text(rest[path]) or '', '')}" for path in full]
    lines = list(_bounded({path: entry for path, entry in rest.items() if path not in full}))
    if lines:
        parts.append("\n".join(["Names and signatures of the rest:", "", *lines]))
    return sanitise("\n\n".join(parts))


def _bounded(rest: dict[str, TreeEntry]) -> Iterator[str]:
    """Yield lines on files, sources with their signatures first, until there is no room; then folders with counts."""
    room = OUTLINE_CHARS
    sources = [path for path in rest if path.rpartition(".")[2] in {"py", *_SOURCES}]
    left = dict.fromkeys(path for path in rest if path not in sources)
    for number, path in enumerate(sources):
        lines = [f"- `{path}`", *(f"    {line}" for line in _signatures(path, rest[path]))]
        room -= sum(len(line) + 1 for line in lines)
        if room < 0:
            left = dict.fromkeys([*sources[number:], *left])
            break
        yield from lines
    yield from _counted(left)


def _counted(paths: Sequence[str] | dict[str, None]) -> Iterator[str]:
    folders: dict[str, list[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, []).append(name)
    for number, (folder, names) in enumerate(sorted(folders.items())):
        if number == _PARSED_BYTES // 1000:
            yield f"- and {len(folders) - number} more folders"
            return
        more = f" and {len(names) - _FOLDER_NAMES} more" if len(names) > _FOLDER_NAMES else ""
        yield f"- `{folder or '.'}/`: {', '.join(names[:_FOLDER_NAMES])}{more}"


def _signatures(path: str, entry: TreeEntry) -> list[str]:
    text = _text(entry)
    if text is None or len(text) > _PARSED_BYTES:
        return []
    found = (
        _of_python(text) if path.endswith(".py") else [match[0].rstrip(" {") for match in _DEFINITIONS.finditer(text)]
    )
    return [line[:_LINE_CHARS] for line in found]


def _of_python(text: str) -> list[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [line for node in body for line in _of_node(node, "")]


def _of_node(node: ast.stmt, indent: str) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        gives = f" -> {ast.unparse(node.returns)}" if node.returns else ""
        yield f"{indent}def {node.name}({ast.unparse(node.args)}){gives}"
    elif isinstance(node, ast.ClassDef):
        yield f"{indent}class {node.name}"
        for each in node.body:
            yield from _of_node(each, f"{indent}    ")


def _text(entry: TreeEntry) -> str | None:
    if entry.kind is EntryKind.LINK or b"\0" in entry.data:
        return None
    try:
        return entry.data.decode("utf-8")
    except UnicodeDecodeError:
        return None
