"""Python text with its syntax tree: where things stand, so that changes leave the rest of the text as it is."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from evo.edits import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

PARSED_MAX_BYTES = 100_000
_COPIED_MAX_BYTES = 10**9
"""The parser looks through a whole f-string for each field of it, and copies a dotted name for each part."""
"""Longer texts are not parsed: a tree takes a hundred times its text, and a pathological one far more."""


@dataclass(frozen=True)
class Source:
    """A module's text and tree."""

    text: str
    tree: ast.Module

    @cached_property
    def starts(self) -> list[int]:
        """The offset at which each line starts, and the end of the text."""
        starts = [0]
        for line in self.text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        return starts

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        """The top-level functions; of two with one name the last, which is the one that counts."""
        return {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}

    @cached_property
    def named(self) -> list[set[str]]:
        """The names that each top-level statement reads or binds; a walk over the whole tree, so it is made once."""
        return [names_in([statement]) for statement in self.tree.body]

    @cached_property
    def by_markers(self) -> bool:
        """Whether the text has regions, so that what is outside of them has to stay."""
        return frozen(self.text) != (self.text,)

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a position as `ast` gives it (1-based line, column in bytes of UTF-8)."""
        start = self.starts[line - 1]
        if self.text.isascii():
            return start + column
        row = self.text[start : self.starts[line]]
        return start + len(row.encode()[:column].decode("utf-8", "ignore"))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Return the offsets between which a node stands, decorators not included."""
        last, column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self.offset(node.lineno, node.col_offset), self.offset(last, column)

    def rows(self, node: ast.stmt) -> tuple[int, int]:
        """Return the offsets of the whole lines of a statement, decorators and the last newline included."""
        first = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", []))])
        return self.starts[first - 1], min(self.starts[node.end_lineno or node.lineno], len(self.text))

    def said(self, node: ast.stmt) -> str:
        """Return a statement's lines without blank ones at the end."""
        start, end = self.rows(node)
        return self.text[start:end].rstrip("\n")


@lru_cache(maxsize=16)
def parse_source(text: str) -> Source | None:
    """Parse a program; None when it is no Python, or too long or too deep to be worth it.

    Trees are remembered, since the programs of one prompt return in the next; nobody may change them.
    """
    if len(text) > PARSED_MAX_BYTES or max(map(text.count, "{.")) * len(text) > _COPIED_MAX_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            # An invalid escape in a candidate's string is the candidate's business.
            warnings.simplefilter("ignore")
            return Source(text, ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def splice(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """Return the text with each stretch [start, end) replaced; stretches do not overlap, in any order."""
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def names_in(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names that are read or bound in these nodes."""
    return {node.id for root in nodes for node in ast.walk(root) if isinstance(node, ast.Name)}


def bound_by(node: ast.stmt) -> set[str]:
    """Return the names that a top-level statement defines: a function, a class, an assignment, an import."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {node.name}
        case ast.Import() | ast.ImportFrom():
            return {alias.asname or alias.name.split(".")[0] for alias in node.names}
        case ast.Assign():
            return {item.id for target in node.targets for item in ast.walk(target) if isinstance(item, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case _:
            return set()


def parameters(node: ast.FunctionDef) -> list[str]:
    """Return the names of the positional parameters."""
    return [arg.arg for arg in [*node.args.posonlyargs, *node.args.args]]


def fits(new: ast.FunctionDef, old: ast.FunctionDef) -> bool:
    """Tell whether calls of `old` still work with `new`: the same positional names, any more with defaults."""
    names, had = parameters(new), parameters(old)
    more = len(names) - len(had)
    keywords = {arg.arg for arg in old.args.kwonlyargs}
    named = zip(new.args.kwonlyargs, new.args.kw_defaults, strict=True)
    needed = {arg.arg for arg, default in named if default is None}
    return names[: len(had)] == had and len(new.args.defaults) >= more and needed <= keywords
