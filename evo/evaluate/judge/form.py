"""The form of a program: its syntax tree without names, comments, docstrings and formatting. Runs in the judge.

Names are numbered in the order in which they occur, wherever that cannot change what the program does. They are kept
where a text, an attribute or a keyword may mean them, where whoever calls the program does, and everywhere once the
program looks into its own names. So programs of one form do the same; that those which do the same have one form is
not claimed.
"""

from __future__ import annotations

import ast
import builtins
from hashlib import blake2b
from typing import TYPE_CHECKING

from evo.evaluate.judge.source import bound, parse_anew

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_INTROSPECTIVE = frozenset({"eval", "exec", "globals", "locals", "vars", "dir", "inspect", "*"})
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_NAMED = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.ExceptHandler,
    ast.MatchAs,
    ast.MatchStar,
)


def form(files: Mapping[str, str], entry: str | None) -> str:
    """Return the fingerprint of a program's form.

    Args:
        files: path -> text; files in other languages count as they are.
        entry: the function that is called by its name and those of its parameters; None if all top-level ones may be.

    Raises:
        Refused: a file does not parse.
    """
    shapes = [f"{path}\n{_shape(text, path, entry) if path.endswith('.py') else text}" for path, text in files.items()]
    return blake2b("\x1f".join(shapes).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _shape(text: str, path: str, entry: str | None) -> str:
    # Not a remembered tree: this one is changed.
    tree = parse_anew(text, path)
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED):
            _undocument(node)
    kept = set(_kept(tree, entry))
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | _imported(tree)
    if not named & _INTROSPECTIVE:
        _number(tree, set(_bound(tree)) - kept)
    return ast.dump(tree, annotate_fields=False)


def _undocument(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        del node.body[0]


def _kept(tree: ast.Module, entry: str | None) -> Iterator[str]:
    """Yield the names that mean something beyond the places where they are bound."""
    yield from dir(builtins)
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.Constant(value=str(text)):
                yield text
            case ast.MatchClass(kwd_attrs=names):
                yield from names
            case ast.ClassDef(body=body):
                # Methods are called by name from outside: __init__, what a base class calls.
                yield from bound(body)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                yield from (alias.name.partition(".")[0] for alias in aliases if alias.asname is None)
            case _:
                pass
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and entry in {None, node.name}:
            yield node.name
            yield from (each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg))


def _imported(tree: ast.Module) -> set[str]:
    aliases = (node.names for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return {alias.name for names in aliases for alias in names}


def _bound(tree: ast.Module) -> Iterator[str]:
    """Yield the names that the program itself binds: all others come from outside."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)) | ast.alias(asname=str(name)):
                yield name
            case _:
                pass


def _number(tree: ast.Module, free: set[str]) -> None:
    """Replace free names by their number in the order of first occurrence."""
    numbers: dict[str, str] = {}

    def numbered(name: str) -> str:
        return numbers.setdefault(name, f"\x00{len(numbers)}") if name in free else name

    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = numbered(node.id)
        elif isinstance(node, ast.arg):
            node.arg = numbered(node.arg)
        elif isinstance(node, _NAMED) and node.name:
            node.name = numbered(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            node.rest = numbered(node.rest)
        elif isinstance(node, ast.alias) and node.asname:
            node.asname = numbered(node.asname)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            node.names = [numbered(name) for name in node.names]
