"""Moves where a program has little to change, such as a return of one expression: names, their forms, strings.

Tried where nothing else is found. All of them are listed before one is drawn, so that it can be told when none is left.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from evo.llm.offline.syntax_tree import splice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from evo.llm.offline.syntax_tree import Source
    from evo.llm.offline.word_sets import WordSet

_FORMS = ("-{0}", "abs({0})", "{0} + 1", "{0} - 1", "2 * {0}", "{0} / 2", "{0} ** 2")
_PAIRED = ("{0} + {1}", "{0} - {1}", "{0} * {1}", "min({0}, {1})", "max({0}, {1})")
_JOINED = {"and": "or", "or": "and"}
_MOST = 400
_SHOWN = 40


def expression_moves(source: Source, rng: Random) -> Iterator[tuple[str, str]]:
    """Yield (summary, text), one name or expression of a value changed, each once, in a drawn order."""
    found = list(expressions(source))
    rng.shuffle(found)
    for start, end, new in found:
        yield f"expression: {_brief(source.text[start:end])} -> {_brief(new)}", splice(source.text, [(start, end, new)])


def expressions(source: Source) -> Iterator[tuple[int, int, str]]:
    """Yield every change of a value: where it stands, and what takes its place."""
    given = 0
    for function in ast.walk(source.tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        names = _names(function)
        for node in ast.walk(function):
            for change in _changes(source, node, names):
                given += 1
                if given > _MOST:
                    return
                yield change


def string_moves(source: Source, rng: Random, sets: Sequence[WordSet]) -> Iterator[tuple[str, str]]:
    """Yield (summary, text), one string that the brief names in a set replaced by another of that set."""
    found = list(strings(source, sets))
    rng.shuffle(found)
    for start, end, new in found:
        old = source.text[start:end]
        yield f"word: {old} -> {new}", splice(source.text, [(start, end, new)])


def strings(source: Source, sets: Sequence[WordSet]) -> Iterator[tuple[int, int, str]]:
    """Yield every string of the program that may be another, with that in its place."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            start, end = source.span(node)
            # Within an f-string a constant has no place of its own.
            if source.text[start:end] not in {repr(node.value), f'"{node.value}"'}:
                continue
            others = (word for words in sets if node.value in words for word in words if word != node.value)
            quote = source.text[start]
            yield from ((start, end, f"{quote}{word}{quote}") for word in others if quote not in word)


def _names(function: ast.FunctionDef) -> list[str]:
    """Return what a function's values may be made of: its parameters, and what it assigns."""
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    stored = [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return sorted({*(each.arg for each in arguments), *stored} - {"self", "seed", "work"})


def _changes(source: Source, node: ast.AST, names: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    match node:
        case ast.Return(value=ast.expr() as value) | ast.Assign(value=value):
            start, end = source.span(value)
            text = source.text[start:end]
            whole = text if isinstance(value, ast.Name | ast.Call | ast.Constant | ast.Attribute) else f"({text})"
            yield from ((start, end, form.format(whole)) for form in _FORMS)
            others = (name for name in names if name != text)
            yield from ((start, end, form.format(whole, other)) for other in others for form in _PAIRED)
        case ast.Name(id=name, ctx=ast.Load()) if name in names:
            start, end = source.span(node)
            yield from ((start, end, other) for other in names if other != name)
        case ast.BoolOp(op=op, values=[left, right, *_]):
            start, end = source.span(left)[1], source.span(right)[0]
            word = "and" if isinstance(op, ast.And) else "or"
            between = source.text[start:end]
            if between.count(word) == 1:
                yield start, end, between.replace(word, _JOINED[word])
        case ast.Call(args=[first, second, *_]):
            (a, b), (c, d) = source.span(first), source.span(second)
            text = source.text
            yield a, d, text[c:d] + text[b:c] + text[a:b]
        case _:
            pass


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
