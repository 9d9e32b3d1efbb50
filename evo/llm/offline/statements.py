"""Moves on statements and expressions: blind, rarely useful, and what genetic programming began with."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from evo.llm.offline.syntax_tree import splice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from evo.llm.offline.syntax_tree import Source

Move: TypeAlias = "tuple[str, list[tuple[int, int, str]]]"

_OPERATORS = {"+": "-", "-": "+", "*": "/", "/": "*", "//": "/", "%": "//"}
_COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
_PAIRS = ("min max", "minimum maximum", "argmin argmax", "sin cos", "floor ceil", "any all")
_FUNCTIONS = {one: two for pair in _PAIRS for one, two in (pair.split(), pair.split()[::-1])}
_SYMBOL = re.compile(r"//|<=|>=|==|!=|[-+*/%<>]")
_FIXED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Return, ast.Global)
_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)
_SHOWN_CHARS = 40


def statement_moves(source: Source, rng: Random) -> Iterator[tuple[str, str]]:
    """Yield (summary, text) without end, one operator, comparison, function name or statement changed.

    Ends at once where there is nothing of the kind. The texts may not parse.
    """
    found = [moves for moves in _kinds(source) if moves]
    while found:
        summary, changes = rng.choice(rng.choice(found))
        yield summary, splice(source.text, changes)


def statement_count(source: Source) -> int:
    """Return how many statements and operators may change."""
    return sum(map(len, _kinds(source)))


def _kinds(source: Source) -> tuple[list[Move], ...]:
    return _symbols(source), _calls(source), _deletions(source), _duplications(source), _swaps(source)


def _symbols(source: Source) -> list[Move]:
    """Return every arithmetic operator and comparison with its counterpart."""
    moves: list[Move] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.BinOp):
            moves += _symbol(source, node.left, node.right, _OPERATORS)
        elif isinstance(node, ast.Compare):
            moves += _symbol(source, node.left, node.comparators[0], _COMPARISONS)
    return moves


def _symbol(source: Source, left: ast.expr, right: ast.expr, table: dict[str, str]) -> list[Move]:
    start, end = source.span(left)[1], source.span(right)[0]
    between = source.text[start:end].replace("**", "  ")
    found = _SYMBOL.search(between)
    if found is None or found[0] not in table or "#" in between:
        return []
    new = table[found[0]]
    said = f"statement: {found[0]} -> {new} before {_brief(source.text[slice(*source.span(right))])}"
    return [(said, [(start + found.start(), start + found.end(), new)])]


def _calls(source: Source) -> list[Move]:
    """Return every call of a function that has a counterpart (min and max, sin and cos, ...)."""
    moves: list[Move] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            if name in _FUNCTIONS:
                end = source.span(node.func)[1]
                new = _FUNCTIONS[name]
                moves.append((f"statement: {name} -> {new}", [(end - len(name), end, new)]))
    return moves


def _deletions(source: Source) -> list[Move]:
    moves: list[Move] = []
    for body in _bodies(source):
        for node in body:
            if not isinstance(node, _FIXED):
                start, end = source.rows(node)
                indent = " " * node.col_offset
                stays = f"{indent}pass\n" if len(body) == 1 else ""
                moves.append((f"statement: without {_brief(source.said(node))}", [(start, end, stays)]))
    return moves


def _duplications(source: Source) -> list[Move]:
    moves: list[Move] = []
    for body in _bodies(source):
        for node in body:
            if isinstance(node, (*_SIMPLE, ast.For, ast.While, ast.If)):
                end = source.rows(node)[1]
                moves.append((f"statement: twice {_brief(source.said(node))}", [(end, end, source.said(node) + "\n")]))
    return moves


def _swaps(source: Source) -> list[Move]:
    moves: list[Move] = []
    for body in _bodies(source):
        for one, two in pairwise(body):
            if not isinstance(one, _FIXED) and not isinstance(two, _FIXED):
                said = f"statement: {_brief(source.said(two))} before {_brief(source.said(one))}"
                first, second = (*source.rows(one), source.said(two)), (*source.rows(two), source.said(one))
                moves.append((said, [(a, b, f"{text}\n") for a, b, text in (first, second)]))
    return moves


def _bodies(source: Source) -> list[list[ast.stmt]]:
    """Return the bodies of functions, loops and branches whose statements stand on lines of their own."""
    bodies: list[list[ast.stmt]] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.For | ast.While | ast.If | ast.With):
            for body in (node.body, getattr(node, "orelse", [])):
                lines = [item.lineno for item in body]
                own = len(set(lines)) == len(lines) and node.lineno not in lines
                ends = all(one.end_lineno != two.lineno for one, two in pairwise(body))
                if body and own and ends:
                    bodies.append(body[1:] if _is_docstring(body[0]) and len(body) > 1 else body)
    return bodies


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_CHARS else line[: _SHOWN_CHARS - 1] + "…"
