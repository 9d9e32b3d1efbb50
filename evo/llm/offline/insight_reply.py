"""What the offline proposer notes of a program: counts and shapes of its text, and what its last step brought.

A stand-in for an analyst as the moves are for a model: it says what can be seen without understanding.
"""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING

from evo.llm.offline.syntax_tree import parse_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.llm.offline.prompt_reader import Seen, SeenProgram, SeenStep
    from evo.llm.offline.syntax_tree import Source

_NOTES_MAX = 6
_TEXT_MAX_CHARS = 200
_LONG_LINES = 40
_MANY_NUMBERS = 4
_DEEP = 2
_LOOPS = (ast.For, ast.While, ast.comprehension)


def analyse(seen: Seen) -> str:
    """Answer a request for insights with one JSON object; equal prompts give equal bytes.

    Where the prompt shows no program, the answer says so in prose, which no one takes for insights.
    """
    program = next(iter(seen.others), None)
    if program is None or not program.files:
        return "The prompt shows no program to study.\n"
    found = [*_of_step(seen.ancestors[-1] if seen.ancestors else None), *_of_texts(program)]
    found = found or [_note("structure", "neutral", "low", "nothing stands out in the text of the program")]
    return json.dumps({"insights": found[:_NOTES_MAX]}) + "\n"


def _of_step(step: SeenStep | None) -> Iterator[dict[str, str]]:
    if step is None:
        return
    what = f"the last step ({step.summary or step.operator})"
    if not step.valid:
        yield _note("avoid", "harmful", "high", f"{what} led to a program without a score")
    elif step.delta is None or step.delta == 0:
        yield _note("explore", "neutral", "medium", f"{what} left the objective where it was")
    elif step.delta > 0:
        yield _note("imitate", "beneficial", "high", f"{what} gained {step.delta:.6g}")
    else:
        yield _note("avoid", "harmful", "medium", f"{what} lost {-step.delta:.6g}")


def _of_texts(program: SeenProgram) -> Iterator[dict[str, str]]:
    for path, text in sorted(program.files.items()):
        source = parse_source(text) if program.language in {"", "python"} else None
        if source is None:
            yield _note("structure", "neutral", "low", f"{path} has {text.count(chr(10))} lines")
        else:
            yield from _of_source(source)


def _of_source(source: Source) -> Iterator[dict[str, str]]:
    functions = sorted(source.functions.items())
    numbers = {name: _numbers(node) for name, node in functions}
    most = max(numbers, key=lambda name: numbers[name], default=None)
    if most and numbers[most] >= _MANY_NUMBERS:
        text = f"{most} holds {numbers[most]} numbers as literals; each could be tuned or computed"
        yield _note("parameters", "rigid", "medium", text)
    deep = {name: _depth(node) for name, node in functions}
    deepest = max(deep, key=lambda name: deep[name], default=None)
    if deepest and deep[deepest] >= _DEEP:
        text = f"{deepest} nests loops {deep[deepest]} deep; its time grows with that power"
        yield _note("efficiency", "harmful", "medium", text)
    for name, node in functions:
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines >= _LONG_LINES:
            yield _note("structure", "rigid", "low", f"{name} is {lines} lines long; no part can be changed alone")
        if any(isinstance(each, ast.ExceptHandler) for each in ast.walk(node)):
            yield _note("robustness", "fragile", "low", f"{name} catches errors; what it does then counts as well")


def _numbers(node: ast.AST) -> int:
    literals = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
    return sum(isinstance(value, int | float) and not isinstance(value, bool) for value in literals)


def _depth(node: ast.AST) -> int:
    # Not by recursion: a sum of a thousand terms is a tree a thousand deep.
    deepest, waiting = 0, [(node, 0)]
    while waiting:
        here, above = waiting.pop()
        depth = above + isinstance(here, _LOOPS)
        deepest = max(deepest, depth)
        waiting += [(child, depth) for child in ast.iter_child_nodes(here)]
    return deepest


def _note(kind: str, tag: str, severity: str, text: str) -> dict[str, str]:
    return {"kind": kind, "tag": tag, "severity": severity, "text": text[:_TEXT_MAX_CHARS]}
