"""From a changed file to an answer: as few SEARCH/REPLACE blocks as say it, or the whole file."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeAlias

from evo.edits import Edit, ReplaceEdit, RewriteEdit, apply, render
from evo.records import PROGRAM_MAX_BYTES, Program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Hunk: TypeAlias = tuple[int, int, int, int]
"""(a, b, c, d): the old lines a to b became the new lines c to d."""

_COMPARED_LINES = 400
_AROUND_LINES = 24


def say(summary: str, files: Mapping[str, str], path: str, text: str, *, whole: bool) -> str:
    """Return the answer that gives the file at `path` another text.

    Blocks are tried out before they are said: where they would not give exactly this text, or would need many lines
    around to be unique, the whole file is said.
    """
    said = path if len(files) > 1 else None
    old, new = files[path].split("\n")[:-1], text.split("\n")[:-1]
    size = sum(len(each.encode()) for each in (*files.values(), text))
    for hunks in () if whole or size > PROGRAM_MAX_BYTES else _ways(old, new):
        blocks = [ReplaceEdit(path=said, search=_said(old[a:b]), replace=_said(new[c:d])) for a, b, c, d in hunks]
        edit = Edit(summary=summary, blocks=tuple(blocks))
        if apply(Program.of(files), edit, editable="whole") == Program.of({**files, path: text}):
            return render(edit)
    return render(Edit(summary=summary, blocks=(RewriteEdit(path=said, text=text),)))


def _ways(old: list[str], new: list[str]) -> Iterator[list[Hunk]]:
    """Yield a block for every stretch that differs, then one for all of them.

    The first may fail: what one block writes can make the SEARCH text of the next one ambiguous.
    """
    stretches = _stretches(old, new)
    hunks: list[Hunk] = []
    for stretch in stretches:
        hunk = _widened(old, *stretch)
        if hunk is None:
            break
        while hunks and hunk[0] <= hunks[-1][1]:
            hunk = _joined(hunks.pop(), hunk)
        hunks.append(hunk)
    else:
        yield hunks
    first, last = stretches[0], stretches[-1]
    whole = _widened(old, first[0], last[1], first[2], last[3])
    if whole:
        yield [whole]


def _joined(one: Hunk, two: Hunk) -> Hunk:
    """Return one hunk for two that touch, the first of which ends before the second."""
    low, high = min(one[0], two[0]), max(one[1], two[1])
    return low, high, one[2] - (one[0] - low), two[3] + (high - two[1])


def _stretches(old: list[str], new: list[str]) -> list[Hunk]:
    """Return the smallest hunks that differ, in order."""
    start, limit = 0, min(len(old), len(new))
    while start < limit and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < limit - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    one, two = old[start : len(old) - tail], new[start : len(new) - tail]
    if max(len(one), len(two)) > _COMPARED_LINES:
        # Comparing takes quadratic time and worse; a program of this size changes in one place as a rule.
        return [(start, len(old) - tail, start, len(new) - tail)]
    codes = SequenceMatcher(None, one, two, autojunk=False).get_opcodes()
    return [(start + a, start + b, start + c, start + d) for tag, a, b, c, d in codes if tag != "equal"]


def _widened(old: list[str], a: int, b: int, c: int, d: int) -> Hunk | None:
    """Take in lines above and below in turn until the old ones occur once; None when it takes too many."""
    for turn in range(_AROUND_LINES):
        if _unique(old, old[a:b]):
            return a, b, c, d
        if (turn % 2 == 0 and a > 0) or b == len(old):
            a, c = max(0, a - 1), c - (a > 0)
        else:
            b, d = b + 1, d + 1
    return None


def _unique(lines: list[str], wanted: list[str]) -> bool:
    if not any(line.strip() for line in wanted):
        return False
    first, size = wanted[0], len(wanted)
    return sum(1 for k, line in enumerate(lines) if line == first and lines[k : k + size] == wanted) == 1


def _said(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
