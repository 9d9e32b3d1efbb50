"""General ideas: what is worth a try in a program for any problem, found in its syntax tree.

- *seeds*: a generator of random numbers begins elsewhere, so that a good program gets another throw of its dice;
- *annealing*: a comparison that lets a search go on only from what is better also lets through what is a little worse
  (threshold accepting: Dueck & Scheuer 1990), or a margin that is there shrinks;
- *caching*: a function remembers its results.

Like all moves they are blind: a cache on a function of lists fails, and the failure is data.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias

from evo.llm.offline.syntax_tree import bound_by, splice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from evo.llm.offline.syntax_tree import Source

Change: TypeAlias = "tuple[int, int, str]"
Move: TypeAlias = "tuple[str, list[Change]]"

_GENERATORS = {"Random", "default_rng", "RandomState", "PRNGKey"}
_FAR = 1000
_CACHED_ARGUMENTS = 3


def general_moves(source: Source, rng: Random) -> Iterator[tuple[str, str]]:
    """Yield (summary, text) without end, one general idea applied at one place; nothing where none applies."""
    kinds = [kind for kind in (_seeds, _annealing, _caching) if kind(source, rng)]
    while kinds:
        summary, changes = rng.choice(rng.choice(kinds)(source, rng))
        yield f"general: {summary}", splice(source.text, changes)


def _seeds(source: Source, rng: Random) -> list[Move]:
    """Shift each seed that is computed: `Random(seed)` to `Random(seed + 17)`, and from then on the number alone."""
    moves: list[Move] = []
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[seed]) if name in _GENERATORS:
                shift = rng.randrange(1, _FAR)
                if added := _added(seed):
                    change = (*source.span(added), str(shift))
                elif isinstance(seed, ast.Name | ast.Attribute):
                    end = source.span(seed)[1]
                    change = (end, end, f" + {shift}")
                else:
                    continue
                moves.append((f"another stream of random numbers, shifted by {shift}", [change]))
            case _:
                pass
    return moves


def _annealing(source: Source, rng: Random) -> list[Move]:
    """Give each comparison that decides what a search goes on from a margin; where it has one, another."""
    moves: list[Move] = []
    for node in ast.walk(source.tree):
        match node:
            case ast.If(
                test=ast.Compare(ops=[ast.Gt() | ast.Lt() as way], comparators=[right]), body=[ast.Assign(), *_]
            ):
                pass
            case ast.Return(value=ast.Compare(ops=[ast.Gt() | ast.Lt() as way], comparators=[right])):
                pass
            case _:
                continue
        if isinstance(right, ast.Constant):
            continue
        margin = f"{10 ** rng.uniform(-4, -2):.1g}"
        end = source.span(right)[1]
        change = (end, end, f" {'-' if isinstance(way, ast.Gt) else '+'} {margin}")
        if added := _added(right):
            change = (*source.span(added), margin)
        moves.append((f"go on from what is worse by up to {margin}, too", [change]))
    return moves


def _added(node: ast.expr) -> ast.Constant | None:
    """Return the number that is added to or taken from another value, if the expression does that last."""
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub(), right=ast.Constant() as number):
            return number
        case _:
            return None


def _caching(source: Source, rng: Random) -> list[Move]:  # noqa: ARG001 - the shape of a kind
    """Let each plain function of up to three arguments that has a result remember it."""
    moves: list[Move] = []
    known = {name for node in source.tree.body for name in bound_by(node)}
    if source.by_markers:
        return moves
    for name, node in source.functions.items():
        taken = node.args
        plain = not (taken.vararg or taken.kwarg or taken.kwonlyargs) and 1 <= len(taken.args) <= _CACHED_ARGUMENTS
        gives = any(isinstance(item, ast.Return) and item.value for item in ast.walk(node))
        if plain and gives and not node.decorator_list:
            start = source.rows(node)[0]
            changes = [(start, start, "@functools.cache\n")]
            if "functools" not in known:
                first = _after_docstring(source)
                changes.append((first, first, "import functools\n"))
            moves.append((f"remember the results of {name}", changes))
    return moves


def _after_docstring(source: Source) -> int:
    """Return the offset at which the first import may stand."""
    body = source.tree.body
    ends = [source.rows(node)[1] for node in body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    if ends:
        return ends[-1]
    return source.rows(body[0])[1] if ast.get_docstring(source.tree, clean=False) is not None else 0
