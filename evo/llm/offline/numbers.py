"""Moves on numeric literals: one or a few take another value, the rest of the text stays."""

from __future__ import annotations

import ast
import math
import re
from itertools import islice
from typing import TYPE_CHECKING

from evo.llm.offline.syntax_tree import splice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from evo.llm.offline.syntax_tree import Source

_LITERAL = re.compile(r"(?<![\w.])(?:\d+\.\d*(?:[eE][+-]?\d+)?|\d+(?:[eE][+-]?\d+)?)(?![\w.])")
_UNTOUCHED = {"work"}
"""Names whose values are the problem's to give."""

_SEED_LIKE = {"seed", "Random", "default_rng", "RandomState", "PRNGKey"}
_STRUCTURAL_MAX = 2
_MAX_LITERALS_TEXTUAL = 2000


def number_moves(source: Source, rng: Random) -> Iterator[tuple[str, str]]:
    """Yield (summary, text) without end, one to three numbers changed, as long as there is a number to change.

    Numbers that look like choices are preferred over those that look like structure or like seeds.
    """
    found = _literals(source)
    weights = [weight for *_, weight in found]
    while found:
        count = rng.choices((1, 2, 3), weights=(6, 3, 1))[0]
        chosen = {item[1]: item for item in rng.choices(found, weights=weights, k=count)}
        changes = [(start, end, stepped(source.text[start:end], rng)) for _, start, end, _ in chosen.values()]
        said = [f"{chosen[start][0]} {source.text[start:end]} -> {new}" for start, end, new in changes]
        yield f"number: {', '.join(said)}", splice(source.text, changes)


def number_texts(text: str, rng: Random) -> Iterator[tuple[str, str]]:
    """Yield as `number_moves` does, for a text that does not parse, is too long, or is in another language."""
    found = list(islice(_LITERAL.finditer(text), _MAX_LITERALS_TEXTUAL))
    while found:
        item = rng.choice(found)
        new = stepped(item[0], rng)
        line = text.count("\n", 0, item.start()) + 1
        yield f"number: line {line} {item[0]} -> {new}", splice(text, [(*item.span(), new)])


def literal_count(source: Source) -> int:
    """Return how many numbers of a program may change."""
    return len(_literals(source))


def number_count(text: str) -> int:
    """Return how many numbers a text has, as `number_texts` finds them."""
    return sum(1 for _ in islice(_LITERAL.finditer(text), _MAX_LITERALS_TEXTUAL))


def stepped(literal: str, rng: Random) -> str:
    """Return another value near a non-negative literal; integers stay integers, floats stay floats."""
    step = rng.choice((0.1, 0.3, 0.3, 1.0))
    factor = math.exp(rng.gauss(0.0, step))
    try:
        value = int(literal, 0)
    except ValueError:
        return _stepped_float(float(literal.replace("_", "")), factor, rng)
    new = round(value * factor) if value < 2**53 else rng.randrange(2**31)
    if new == value:
        new = value + 1 if value < 1 or rng.random() < 0.5 else value - 1  # noqa: PLR2004 - a fair coin
    return str(new)


def _stepped_float(value: float, factor: float, rng: Random) -> str:
    if value == 0.0:
        return f"{10 ** rng.uniform(-4, -1):.2g}"
    new = float(f"{value * factor:.4g}")
    if not math.isfinite(new) or new in {value, 0.0}:
        new = value / 2
    return repr(new)


def _literals(source: Source) -> list[tuple[str, int, int, float]]:
    """Return (label, start, end, weight) of every number that may change."""
    found: list[tuple[str, int, int, float]] = []
    stack: list[tuple[ast.AST, str, float]] = [(source.tree, "module", 1.0)]
    while stack:
        node, label, weight = stack.pop()
        if isinstance(node, ast.Constant):
            if type(node.value) in {int, float} and weight > 0:
                start, end = source.span(node)
                # Positions inside f-strings are not reliable before Python 3.12.
                if _LITERAL.fullmatch(source.text, start, end):
                    found.append((label, start, end, weight * _appeal(node.value)))
            continue
        stack.extend(_children(node, label, weight))
    found.sort(key=lambda item: item[1])
    return found


def _appeal(value: object) -> float:
    """Return how much a value looks like a choice; 0, 1 and 2 are mostly indices, bounds and halves."""
    match value:
        case int():
            return 0.25 if value <= _STRUCTURAL_MAX else 1.0
        case _:
            return 0.1 if value == 0 else 0.5 if value == 1 else 1.0


def _children(node: ast.AST, label: str, weight: float) -> list[tuple[ast.AST, str, float]]:
    """Return the children with the name that their numbers go by and how likely they are to be changed."""
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
        ):
            return [(value, name, weight * _liking(name))]
        case ast.AugAssign(target=ast.Name(id=name), value=value):
            return [(value, name, weight * _liking(name))]
        case ast.keyword(arg=str(name), value=value):
            return [(value, name, weight * _liking(name))]
        case ast.FunctionDef():
            body: list[tuple[ast.AST, str, float]] = [(item, node.name, weight) for item in node.body]
            return body + _defaults(node, weight)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _SEED_LIKE:
            return [(item, "seed", weight * 0.3) for item in [*node.args, *node.keywords]]
        case ast.Subscript(value=value, slice=index):
            return [(value, label, weight), (index, label, weight * 0.1)]
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return [(left, label, weight), (right, label, weight * 0.3)]
        case _:
            return [(item, label, weight) for item in ast.iter_child_nodes(node)]


def _defaults(node: ast.FunctionDef, weight: float) -> list[tuple[ast.AST, str, float]]:
    names = [arg.arg for arg in [*node.args.posonlyargs, *node.args.args]]
    positional = list(zip(reversed(names), reversed(node.args.defaults), strict=False))
    named = [(arg.arg, value) for arg, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if value]
    return [(value, name, weight * _liking(name)) for name, value in [*positional, *named]]


def _liking(name: str) -> float:
    if name in _UNTOUCHED:
        return 0.0
    return 0.3 if "seed" in name.lower() else 1.0
