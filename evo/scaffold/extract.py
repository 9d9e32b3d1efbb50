"""A function out of a module, with what it needs there: imports, helpers, classes, constants; nothing of it is run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from evo.errors import NotFoundError, SpecError, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


def parse_module(text: str, path: str) -> ast.Module:
    """Parse a module of the user's.

    Raises:
        SpecError: it is not Python, at its position.
    """
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise SpecError(f"{error.msg}", path=f"{path}:{error.lineno}:{error.offset}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise SpecError(f"cannot be parsed: {error}", path=path) from error


def functions_of(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """Return the top-level functions by name; of two with one name the last."""
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def constants_of(tree: ast.Module) -> dict[str, object]:
    """Return the top-level names that are bound to plain data, which is written out."""
    found: dict[str, object] = {}
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                try:
                    found[name] = ast.literal_eval(value)
                except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                    continue
            case _:
                continue
    return found


def signature_of(node: ast.FunctionDef) -> str:
    """Return how a function is called: its name, its parameters and what it returns."""
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({ast.unparse(node.args)}){returns}"


def parameters_of(node: ast.FunctionDef, *, needed: bool = False) -> list[str]:
    """Return the names of a function's positional parameters; `needed` leaves out those with a default."""
    names = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    return names[: len(names) - len(node.args.defaults)] if needed else names


def extract(text: str, tree: ast.Module, name: str, path: str) -> str:
    """Return a module's text with one function and whatever it needs of the module, in the order in which it stands.

    Raises:
        NotFoundError: there is no such function; names the nearest.
    """
    there = functions_of(tree)
    if name not in there:
        hint = nearest(name, there) or f"; there are {', '.join(there) or 'none'}"
        raise NotFoundError(f"{path}: no function {name!r} at the top level{hint}")
    lines = text.splitlines()
    kept = _needed(tree, there[name])
    imports = [_said(lines, node) for node in kept if isinstance(node, ast.Import | ast.ImportFrom)]
    others = [_said(lines, node) for node in kept if not isinstance(node, ast.Import | ast.ImportFrom)]
    head = "\n".join(imports)
    return "\n\n\n".join([head, *others] if head else others) + "\n"


def modules_of(tree: ast.Module) -> list[str]:
    """Return the first words of all modules that are imported anywhere, sorted."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return sorted(found)


def _needed(tree: ast.Module, root: ast.stmt) -> list[ast.stmt]:
    """Return the top-level statements that a function needs, itself included, in their order."""
    by_name: dict[str, list[ast.stmt]] = {}
    for node in tree.body:
        for name in _bound(node):
            by_name.setdefault(name, []).append(node)
    wanted, waiting = {id(root)}, [root]
    while waiting:
        for name in _read(waiting.pop()):
            for node in by_name.get(name, []):
                if id(node) not in wanted:
                    wanted.add(id(node))
                    waiting.append(node)
    future = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    return [node for node in tree.body if id(node) in wanted or node in future]


def _bound(node: ast.stmt) -> Collection[str]:
    """Return the names that a top-level statement binds, wherever in it."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    return set(_bound_in(node))


def _bound_in(node: ast.stmt) -> Iterator[str]:
    for each in ast.walk(node):
        match each:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (alias.asname or alias.name.partition(".")[0] for alias in names)
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case _:
                continue


def _read(node: ast.stmt) -> set[str]:
    """Return the names that a statement reads; what annotations in quotes name is not needed to run."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Store)}


def _said(lines: list[str], node: ast.stmt) -> str:
    """Return the lines of a statement, with its decorators and the comments that stand right above it."""
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    while first > 1 and lines[first - 2].startswith("#") and not lines[first - 2].startswith("#!"):
        first -= 1
    return "\n".join(lines[first - 1 : node.end_lineno])
