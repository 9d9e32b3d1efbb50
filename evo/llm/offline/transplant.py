"""Bring a function from one module into another, with what it needs there: the way of ideas and of crossover."""

from __future__ import annotations

import ast
import builtins
import re
from typing import TYPE_CHECKING

from evo.llm.offline.syntax_tree import bound_by, fits, names_in, parse_source, splice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.llm.offline.syntax_tree import Source

_INNER = "inner_"


def transplant(base: Source, donor: Source, part: str, *, crossing: bool) -> str | None:
    """Return the base with its function `part` in the donor's form, or None when that does not fit.

    What the donor's function needs of its module (imports, functions, classes, constants, and what these need) is
    added where the base lacks the name. A donor that uses `inner_<part>` without having it wraps: the base's own
    function is kept under that name. An inner function that nothing refers to any more goes.

    Args:
        base: the module to change.
        donor: the module to take from; it has a top-level function `part`.
        part: the function's name.
        crossing: the donor is a whole program, so a wrapped part moves with what it wraps, and of other functions
            the base keeps its own. Otherwise the donor is a fragment, whose helpers take the place of helpers of the
            same name that served the replaced part alone.
    """
    old, new = base.functions.get(part), donor.functions[part]
    inner = _INNER + part
    wraps = inner in names_in([new]) and inner not in donor.functions
    if old is None or not fits(new, old) or (wraps and inner in base.functions):
        return None
    own = _own_helpers(base, donor, part, wraps=wraps, crossing=crossing)
    taken = {name for statement in base.tree.body for name in bound_by(statement)} - own
    needed = _needed(donor, new, taken)
    imports = _missing_imports(base, donor, [new, *needed])
    if imports is None or not _all_known(base, donor, [new, *needed]):
        return None
    replaced = {name for node in needed for name in bound_by(node)} & base.functions.keys()
    changes = [(*base.rows(base.functions[name]), f"{donor.said(donor.functions[name])}\n") for name in replaced]
    said = [_renamed(base, old, inner)] if wraps else []
    said += [donor.said(node) for node in needed if not bound_by(node) & replaced]
    body = "\n\n\n".join([*said, donor.said(new)]) + "\n"
    start, end = base.rows(old)
    place = start if base.by_markers else _after_imports(base)
    if place == start:
        changes.append((start, end, imports + ("\n\n" if imports else "") + body))
    else:
        changes += [(start, end, body), (place, place, imports)]
    return _without_orphans(base, splice(base.text, changes))


def _own_helpers(base: Source, donor: Source, part: str, *, wraps: bool, crossing: bool) -> set[str]:
    """Return the base's functions that may give way to the donor's of the same name."""
    shared = (base.functions.keys() & donor.functions.keys()) - {part}
    if crossing or wraps or not shared:
        return shared & {_INNER + part} if crossing else set()
    statements = list(zip(base.tree.body, base.named, strict=True))
    elsewhere = set[str]().union(*(names for node, names in statements if node is not base.functions[part]))
    return (shared & names_in([base.functions[part]])) - elsewhere


def _needed(donor: Source, root: ast.FunctionDef, taken: set[str]) -> list[ast.stmt]:
    """Return the donor's definitions that the root needs and the base lacks, in the donor's order."""
    by_name = {name: node for node in donor.tree.body for name in bound_by(node) if not _is_import(node)}
    wanted: list[ast.stmt] = []
    queue: list[ast.stmt] = [root]
    while queue:
        for name in sorted(names_in([queue.pop()]) - taken):
            node = by_name.get(name)
            if node is not None and node is not root and node not in wanted:
                wanted.append(node)
                queue.append(node)
    return [node for node in donor.tree.body if node in wanted]


def _missing_imports(base: Source, donor: Source, nodes: Sequence[ast.stmt]) -> str | None:
    """Return import lines for what the nodes use; None where the base means something else by one of the names."""
    used = names_in(nodes)
    have = {said: name for node in base.tree.body for said, name in _aliases(node)}
    others = {name for node in base.tree.body if not _is_import(node) for name in bound_by(node)}
    lines: dict[str, None] = {}
    for node in donor.tree.body:
        for said, name in _aliases(node):
            if name not in used or said in have or "__future__" in said:
                continue
            clash = name in have.values() and not (said.startswith("import ") and " as " not in said)
            if clash or name in others:
                return None
            lines[said] = None
    return "".join(f"{line}\n" for line in lines)


def _aliases(node: ast.stmt) -> list[tuple[str, str]]:
    """Return (the import of this name alone, the name that it binds) for each name of an import statement."""
    if isinstance(node, ast.Import):
        one = [(ast.unparse(ast.Import([alias])), alias) for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        one = [(ast.unparse(ast.ImportFrom(node.module, [alias], node.level)), alias) for alias in node.names]
    else:
        return []
    return [(said, alias.asname or alias.name.split(".")[0]) for said, alias in one]


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _all_known(base: Source, donor: Source, nodes: Sequence[ast.stmt]) -> bool:
    """Tell whether every name that the nodes read will mean something in the base."""
    known = {name for source in (base, donor) for node in source.tree.body for name in bound_by(node)}
    read: set[str] = set()
    for root in nodes:
        for node in ast.walk(root):
            if isinstance(node, ast.Name):
                (read if isinstance(node.ctx, ast.Load) else known).add(node.id)
            elif isinstance(node, ast.arg):
                known.add(node.arg)
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                known.add(node.name)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                known |= bound_by(node)
            elif isinstance(node, ast.ExceptHandler) and node.name:
                known.add(node.name)
    unknown = read - known - set(dir(builtins))
    return all(name.startswith(_INNER) for name in unknown)


def _after_imports(base: Source) -> int:
    """Return the offset after the last top-level import, else after the docstring, else the start."""
    body = base.tree.body
    imports = [node for node in body if _is_import(node)]
    docstring = body[:1] if ast.get_docstring(base.tree, clean=False) is not None else []
    return base.rows((imports or docstring)[-1])[1] if imports or docstring else 0


def _renamed(base: Source, node: ast.FunctionDef, name: str) -> str:
    """Return a function's text under another name, its calls of itself included."""
    start, end = base.rows(node)
    places = [base.span(item) for item in ast.walk(node) if isinstance(item, ast.Name) and item.id == node.name]
    header = re.compile(rf"def\s+{node.name}\b").match(base.text, base.offset(node.lineno, node.col_offset))
    if header:
        places.append((header.end() - len(node.name), header.end()))
    return splice(base.text[start:end], [(a - start, b - start, name) for a, b in places]).rstrip("\n")


def _without_orphans(base: Source, text: str) -> str | None:
    """Drop inner functions of the base that nothing else refers to any more: they only make the program longer."""
    inner = [name for name in base.functions if name.startswith(_INNER)]
    source = parse_source(text) if inner else None
    if source is None:
        return None if inner else text
    nodes = [source.functions[name] for name in inner if name in source.functions]
    statements = list(zip(source.tree.body, source.named, strict=True))
    dead = [node for node in nodes if not any(node.name in names for other, names in statements if other is not node)]
    return splice(text, [(*_with_blank_lines(source, node), "") for node in dead])


def _with_blank_lines(source: Source, node: ast.stmt) -> tuple[int, int]:
    start, end = source.rows(node)
    while source.text.startswith("\n", end):
        end += 1
    return start, end
