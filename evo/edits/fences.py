"""Code blocks in an answer, the prose between them, and the files that they are said to be."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TypeAlias

from evo.edits.markers import unescape

FENCE = re.compile(r"((?:[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]{1,4})?[ \t]*)(`{3,}|~{3,})[ \t]*([^`]*)")
"""What opens or closes a code block: what stands before it (a list's bullet may open one), its ticks, its tag."""
PATH = re.compile(r"[A-Za-z0-9._/-]+")
BARE_PATH = re.compile(r"[A-Za-z0-9._/-]+\.[A-Za-z][A-Za-z0-9_]{0,7}")
FILE_LINE = re.compile(
    rf"[#*\s]*(?:(?:file|path)[ \t]*:[*`\s]*({PATH.pattern})|[*`]*({BARE_PATH.pattern}))[*`:\s]*", re.IGNORECASE
)

_DEEPER = 3
"""By how much a closing fence may stand further in than the one it closes (CommonMark)."""
_WIDEST = 40
_LONGEST_LINE = 2000

Prose: TypeAlias = "list[tuple[int, str] | None]"
"""The lines outside of blocks with their indices, and None for each block: a File line above one is not the next's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBlock:
    """A code block of an answer.

    Attributes:
        tag: in lower case. path: of the file that it is said to be, or None.
        label: the last line of prose above it, "" where a block or nothing stands there.
        text: whole lines. line: of its fence in the answer, from 1.
    """

    tag: str
    path: str | None
    label: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBlocks:
    """An answer as code blocks and prose.

    Attributes:
        unclosed: the line, from 1, of a fence that is never closed; 0 if there is none.
    """

    blocks: list[CodeBlock] = field(default_factory=list)
    prose: Prose = field(default_factory=list)
    unclosed: int = 0


def code_blocks(lines: list[str]) -> CodeBlocks:
    """Split an answer into code blocks and prose."""
    found, ends = CodeBlocks(), FenceEnds(lines)
    index = 0
    while index < len(lines):
        opening = fence_at(lines[index])
        if opening is None:
            found.prose.append((index, lines[index]))
            index += 1
            continue
        close = ends.after(index, opening)
        if close is None:
            rest = any(line.strip() for line in lines[index + 1 :])
            return CodeBlocks(blocks=found.blocks, prose=found.prose, unclosed=index + 1 if rest else 0)
        label = label_above(found.prose)
        found.prose.append((index, lines[index]))
        body = _moved_out(lines[index + 1 : close], len(opening[1]))
        tag = re.split(r"[\s:{]", opening[3].strip().lower(), maxsplit=1)[0]
        text = unescape("".join(f"{line}\n" for line in body))
        found.blocks.append(CodeBlock(tag=tag, path=file_above(found.prose), label=label, text=text, line=index + 1))
        found.prose[-1] = None
        index = close + 1
    return found


def fence_at(line: str) -> re.Match[str] | None:
    """Return what a line opens or closes, None if it is no fence."""
    return FENCE.fullmatch(line) if len(line) <= _LONGEST_LINE or line.lstrip()[:1] in "`~" else None


class FenceEnds:
    """Finds the fence that closes one, in linear time for all fences of an answer.

    Args:
        lines: of the answer.
    """

    def __init__(self, lines: list[str]) -> None:
        found = ((index, fence_at(line)) for index, line in enumerate(lines))
        self._fences = [(index, fence) for index, fence in found if fence]
        self._places = [index for index, _ in self._fences]
        self._nested = True
        self._known: dict[tuple[str, int], tuple[int, int | None]] = {}  # where it was looked for, and found

    def after(self, start: int, opening: re.Match[str]) -> int | None:
        """Return the line that closes a fence, None if there is none.

        Within it a fence of the same ticks with a language opens another one, if closing them all works out.
        """
        ticks, most = opening[2], min(_width(opening[1]), _WIDEST) + _DEEPER
        close = self._closing(start, ticks, most, nested=True) if self._nested else None
        if close is not None:
            return close
        # One failure settles it for the whole answer: trying again at every fence would cost quadratic time.
        self._nested = False
        since, close = self._known.get((ticks, most), (start + 1, None))
        if start < since or (close is not None and close <= start):
            close = self._closing(start, ticks, most, nested=False)
            self._known[ticks, most] = start, close
        return close

    def _closing(self, start: int, ticks: str, most: int, *, nested: bool) -> int | None:
        depth = 1
        for at in range(bisect_right(self._places, start), len(self._fences)):
            index, found = self._fences[at]
            if not found[2].startswith(ticks) or _width(found[1]) > most:
                continue
            if found[3].strip():
                depth += nested
            elif not found[1].strip():
                depth -= 1
            if depth == 0:
                return index
        return None


def _width(before: str) -> int:
    return len(before.expandtabs(4))


def file_above(prose: Prose) -> str | None:
    """Return the path that the last line of prose names, looking past blank lines and opening fences."""
    for line in reversed(prose):
        if line is None:
            return None
        opening = fence_at(line[1])
        if opening:
            words = re.split(r"[\s:=\"']+", opening[3])
            path = next((word for word in words if BARE_PATH.fullmatch(word)), None)
            if path:
                return path
        elif line[1].strip():
            named = FILE_LINE.fullmatch(line[1]) if len(line[1]) <= _LONGEST_LINE else None
            return (named[1] or named[2]) if named else None
    return None


def label_above(prose: Prose) -> str:
    """Return the last line of prose, looking past blank lines; "" where a block or nothing is above."""
    for line in reversed(prose):
        if line is None:
            return ""
        if line[1].strip():
            return line[1].strip()
    return ""


def _moved_out(lines: list[str], indent: int) -> list[str]:
    """Take the indentation of a block's fence away, where all its lines have it."""
    if not indent or any(line[:indent].strip() for line in lines):
        return lines
    return [line[indent:] for line in lines]
