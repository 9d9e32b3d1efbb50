"""What a step of the lineage changed and what to make of it, from texts and figures alone: no model is asked.

Texts are compared as lines and never parsed, so that nothing in a hostile program can hurt.
"""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from evo.propose.insights import InsightKind
from evo.propose.prompt.context import Edge
from evo.records import EvaluationStatus
from evo.text import cut, sanitise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evo.propose.prompt.context import Lesson, Step
    from evo.records import Evaluation, Program

DIFF_MAX_BYTES = 800
"""What a prompt shows of one step's changed lines."""

_COMPARED_LINES = 400
_PARTS = 4
_NAME_MAX_CHARS = 40
_PART = re.compile(r"\s*(?:async\s+)?(?:def|class|fn|func|function|struct)\s+([^\W\d]\w*)")

Hunk: TypeAlias = "tuple[int, int, int, int]"


def edge(
    parent: Program, child: Program, step: Step, *, before: Evaluation | None = None, after: Evaluation | None = None
) -> Edge:
    """Return the edge between two programs.

    Args:
        parent: the program that the step started from.
        child: what came of it.
        step: as the log has it.
        before: the parent's evaluation, if it has one.
        after: the child's.
    """
    lines: list[str] = []
    parts: dict[str, None] = {}
    added = removed = 0
    for path in sorted({*parent.files, *child.files}):
        old, new = _lines(parent, path), _lines(child, path)
        hunks = list(_hunks(old, new))
        if hunks and len(child.files) > 1:
            lines.append(f"File: {path}")
        for a, b, c, d in hunks:
            where = _part(new, c) if d > c else _part(old, a)
            parts |= {where: None} if where else {}
            lines += [f"@@ {where} @@" if where else "@@", *(f"-{x}" for x in old[a:b]), *(f"+{x}" for x in new[c:d])]
            added, removed = added + d - c, removed + b - a
    shift = _shift(before, after)
    bare = Edge(
        diff=cut(sanitise("\n".join(lines)), DIFF_MAX_BYTES),
        added=added,
        removed=removed,
        parts=tuple(parts)[:_PARTS],
        shift=MappingProxyType(shift),
    )
    return replace(bare, lessons=tuple(_lessons(step, bare)))


def told(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return steps whose edges also say what recurs: a part in which several improvements were made."""
    gains: dict[str, int] = {}
    found: list[Step] = []
    for step in steps:
        if step.edge is None or not (step.delta or 0) > 0:
            found.append(step)
            continue
        again: list[str] = []
        for part in step.edge.parts:
            gains[part] = gains.get(part, 0) + 1
            if gains[part] > 1:
                again.append(f"{part} ({gains[part]} times so far)")
        lesson: list[Lesson] = [(InsightKind.GENERALISE, f"changes in {', '.join(again)} paid again")] if again else []
        found.append(replace(step, edge=replace(step.edge, lessons=(*step.edge.lessons, *lesson))))
    return tuple(found)


def _lessons(step: Step, edge: Edge) -> Iterator[Lesson]:
    where = f"in {', '.join(edge.parts)}" if edge.parts else f"(+{edge.added} -{edge.removed} lines)"
    moved = ", ".join(f"{name} {value:+.4g}" for name, value in edge.shift.items() if value)
    if step.status is None:
        return
    if step.status is not EvaluationStatus.VALID:
        yield InsightKind.AVOID, f"what was done {where}: it ended as {step.status}"
    elif step.delta is None:
        yield InsightKind.EXPLORE, f"what was done {where}: the parent had no objective to compare with"
    elif step.delta > 0:
        yield InsightKind.IMITATE, f"the kind of change made {where}: it gained {step.delta:.6g}"
        if moved:
            yield InsightKind.EXPLORE, f"further along the same way: measures moved by {moved}"
    elif step.delta < 0:
        yield InsightKind.AVOID, f"what was done {where}: it lost {-step.delta:.6g}"
    else:
        tail = f"measures moved by {moved}" if moved else "nor the measures"
        yield InsightKind.EXPLORE, f"elsewhere than {where.removeprefix('in ')}: the objective did not move, {tail}"


def _shift(before: Evaluation | None, after: Evaluation | None) -> dict[str, float]:
    if before is None or after is None:
        return {}
    return {name: value - before.measures[name] for name, value in after.measures.items() if name in before.measures}


def _lines(program: Program, path: str) -> list[str]:
    return program.files.get(path, "").split("\n")[:-1]


def _hunks(old: list[str], new: list[str]) -> Iterator[Hunk]:
    """Yield the stretches that differ; between long ones only where the first and the last difference are."""
    start, limit = 0, min(len(old), len(new))
    while start < limit and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < limit - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    one, two = old[start : len(old) - tail], new[start : len(new) - tail]
    if not one and not two:
        return
    if max(len(one), len(two)) > _COMPARED_LINES:
        # Comparing takes quadratic time; what is shown of a change of this size is cut anyway.
        yield start, len(old) - tail, start, len(new) - tail
        return
    for kind, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if kind != "equal":
            yield start + a, start + b, start + c, start + d


def _part(lines: list[str], at: int) -> str:
    """Return the name of the function or class whose heading is nearest at or above a line, "" for none."""
    for index in range(min(at, len(lines) - 1), -1, -1):
        found = _PART.match(lines[index])
        if found:
            return found[1][:_NAME_MAX_CHARS]
    return ""
