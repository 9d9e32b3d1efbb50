"""What a program's text defines, as far as it can be told without running it: Python by its tree, others by a word.

Texts of models are parsed here, so everything is bounded: what is too long or too deep counts as unknown.
"""

from __future__ import annotations

import ast
import builtins
import re
import warnings
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PYTHON = "python"

_MAX_CHARS = 100_000
_MAX_INDENT = 400
"""Blanks before a line: a parser goes as deep as a text does."""
_DEEP = re.compile(rf"^[ \t]{{{_MAX_INDENT}}}|(?:[(\[{{][ \t]*){{60}}|(?:[-~+][ \t]*|not[ \t]+){{200}}", re.MULTILINE)
_KNOWN = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__", "__builtins__", "__annotations__"}


@dataclass(frozen=True)
class Statement:
    """A statement at the top of a module: the names that it defines, and its lines with what belongs to them.

    Attributes:
        names: defined by it; empty for one that only does something.
        first, last: line indices, `last` excluded; comments and decorators above it are its own.
        kind: "def", "class", "import", "assign", "text" for a docstring, or "do".
    """

    names: frozenset[str]
    first: int
    last: int
    kind: str


@dataclass(frozen=True)
class Outline:
    """A Python module at a glance."""

    text: str
    tree: ast.Module

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines."""
        return self.text.split("\n")

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Its statements in order."""
        found: list[Statement] = []
        end = 0
        for node in self.tree.body:
            first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))]) - 1
            while first > end and self.lines[first - 1].lstrip().startswith("#"):
                first -= 1
            end = node.end_lineno or node.lineno
            found.append(Statement(frozenset(_bound(node)), first, end, _kind(node)))
        return tuple(found)

    @cached_property
    def names(self) -> frozenset[str]:
        """What it defines at its top, imports included."""
        return frozenset(name for statement in self.statements for name in statement.names)

    @cached_property
    def missing(self) -> frozenset[str]:
        """Names that it uses and neither defines nor imports anywhere, builtins aside."""
        known = _everywhere(self.tree)
        if "*" in known:
            return frozenset()  # what a star brings cannot be known here
        used = {
            node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        return frozenset(used - known - self.names - _KNOWN)


@lru_cache(maxsize=16)
def outline(text: str) -> Outline | None:
    """Return a Python text at a glance, None if it is none or too much to look at."""
    if len(text) > _MAX_CHARS or _DEEP.search(text):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in an answer is no news
            return Outline(text, ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def defines(text: str, entry: str, language: str) -> bool:
    """Tell whether a program's text defines its entry; one that cannot be parsed does if a line of it seems to.

    Args:
        text: of a file.
        entry: the name that is called; "" is defined everywhere.
        language: of the text; of one other than Python it is enough that the name occurs.
    """
    if not entry:
        return True
    if language != PYTHON:
        return re.search(rf"\b{re.escape(entry)}\b", text) is not None
    known = outline(text)
    if known is not None:
        return any(entry in each.names for each in known.statements if each.kind != "import")
    name = re.escape(entry)
    return (
        re.search(rf"^(?:async[ \t]+)?def[ \t]+{name}\b|^class[ \t]+{name}\b|^{name}\b[^\n=]*=", text, re.MULTILINE)
        is not None
    )


def likely_entry(text: str) -> str:
    """Return the function of a Python text that is likely to be called from outside, "" where there is none.

    It is the last one that nothing else in the text speaks of.
    """
    known = outline(text)
    if known is None:
        return ""
    used = {node.id for node in ast.walk(known.tree) if isinstance(node, ast.Name)}
    functions = [name for each in known.statements if each.kind == "def" for name in each.names]
    return next((name for name in reversed(functions) if name not in used), functions[-1] if functions else "")


def _kind(node: ast.stmt) -> str:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return "def"
        case ast.ClassDef():
            return "class"
        case ast.Import() | ast.ImportFrom():
            return "import"
        case ast.Assign() | ast.AnnAssign():
            return "assign"
        case ast.Expr(value=ast.Constant(value=str())):
            return "text"
        case _:
            return "do"


def _bound(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds in its own scope."""
    waiting: list[ast.AST] = [node]
    while waiting:
        each = waiting.pop()
        match each:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield each.name
            case ast.Import() | ast.ImportFrom():
                yield from ((alias.asname or alias.name.partition(".")[0]) for alias in each.names)
            case ast.Name(ctx=ast.Store()):
                yield each.id
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                pass
            case _:
                waiting += ast.iter_child_nodes(each)


def _everywhere(tree: ast.Module) -> set[str]:
    """Return every name that is bound in any scope: more than can be seen at one place, so less is called missing."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.add(node.name)
            case ast.arg():
                found.add(node.arg)
            case ast.alias():
                found.add(node.asname or node.name.partition(".")[0])
            case ast.Name(ctx=ast.Store() | ast.Del()):
                found.add(node.id)
            case ast.ExceptHandler(name=str()) | ast.MatchAs(name=str()) | ast.MatchStar(name=str()):
                found.add(str(node.name))
            case ast.MatchMapping(rest=str()):
                found.add(str(node.rest))
            case ast.Global() | ast.Nonlocal():
                found.update(node.names)
            case _:
                pass
    return found
