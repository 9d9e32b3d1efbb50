"""From an answer to an edit and back. The grammar itself is told in the package's docstring."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from evo.edits.edit import (
    BARE_PATH,
    CLOSE,
    FENCE,
    FILE_LINE,
    MIDDLE,
    OPEN,
    Edit,
    Refusal,
    ReplaceEdit,
    RewriteEdit,
    is_unified_diff,
    summarise,
)
from evo.records import Outcome

_OPENS, _MIDDLES, _CLOSES = (re.compile(rf"{marker}[ \t]*") for marker in (OPEN, MIDDLE, CLOSE))
_MARKER_LIKE = re.compile(rf"^(?=\\*(?:{OPEN}|{MIDDLE}|{CLOSE})[ \t]*$)", re.MULTILINE)
_ESCAPED = re.compile(rf"^\\(?=\\*(?:{OPEN}|{MIDDLE}|{CLOSE})[ \t]*$)", re.MULTILINE)
_OTHER_TAGS = {
    *("text", "txt", "json", "yaml", "output", "diff", "patch", "markdown", "md"),
    *("bash", "sh", "shell", "console"),
}
_BACKTICKS = re.compile(r"`+")

Prose: TypeAlias = "list[str | None]"
"""The lines outside of blocks, with None for each block: a File line above one block is not the next one's."""


def render(edit: Edit) -> str:
    """Return the answer that says this edit; `parse` gives it back."""
    parts = [edit.summary] if edit.summary else []
    for block in edit.blocks:
        head = f"File: {block.path}\n" if block.path else ""
        if isinstance(block, ReplaceEdit):
            search, replace = _escape(block.search), _escape(block.replace)
            parts.append(f"{head}<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE")
        else:
            parts.append(head + _in_fence(_escape(block.text)))
    return "\n\n".join(parts) + "\n"


def parse(answer: str) -> Edit | Refusal:
    """Read an answer by the grammar above. Total: what cannot be read is a Refusal with the reason."""
    text = answer.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    if text.lstrip().startswith("<think>"):
        text = text.partition("</think>")[2]
    if not text.strip():
        return _unparsable("the answer is empty")
    lines = text.split("\n")
    if any(_OPENS.fullmatch(line) for line in lines):
        return _parse_blocks(lines)
    return _parse_rewrite(lines)


def _parse_blocks(lines: list[str]) -> Edit | Refusal:
    blocks: list[ReplaceEdit] = []
    prose: list[str | None] = []
    index = 0
    while index < len(lines):
        if not _OPENS.fullmatch(lines[index]):
            prose.append(lines[index])
            index += 1
            continue
        middle = _next(lines, index + 1, _MIDDLES)
        close = _next(lines, middle + 1, _CLOSES) if middle is not None else None
        if middle is None or close is None:
            expected = "=======" if middle is None else ">>>>>>> REPLACE"
            return _unparsable(f"the SEARCH block at line {index + 1} has no line {expected} of its own")
        search, replace = (_unescape(lines[a:b]) for a, b in ((index + 1, middle), (middle + 1, close)))
        blocks.append(ReplaceEdit(path=_file_above(prose), search=search, replace=replace))
        prose.append(None)
        index = close + 1
    return Edit(summary=_first_summary(prose), blocks=tuple(blocks))


def _next(lines: list[str], start: int, wanted: re.Pattern[str]) -> int | None:
    """Return the index of the next wanted marker; None when the block opens or closes otherwise before."""
    for index in range(start, len(lines)):
        if wanted.fullmatch(lines[index]):
            return index
        if _OPENS.fullmatch(lines[index]) or _CLOSES.fullmatch(lines[index]):
            return None
    return None


@dataclass(frozen=True, slots=True)
class _Fenced:
    """A code block: its tag in lower case, the path said for it, its text."""

    tag: str
    path: str | None
    text: str


def _parse_rewrite(lines: list[str]) -> Edit | Refusal:
    blocks, prose, unclosed = _code_blocks(lines)
    if unclosed is not None:
        return _unparsable(f"the code fence at line {unclosed + 1} is never closed, so the program may not be whole")
    diffs = [block for block in blocks if block.tag in {"diff", "patch"} or is_unified_diff(block.text)]
    usable = [block for block in blocks if block.text.strip() and block not in diffs]
    named = {block.path: block for block in usable if block.path}
    if named:
        rewrites = tuple(RewriteEdit(path=block.path, text=block.text) for block in named.values())
        return Edit(summary=_first_summary(prose), blocks=rewrites)
    programs = [block for block in usable if block.tag not in _OTHER_TAGS]
    if programs:
        largest = max(reversed(programs), key=lambda block: len(block.text))
        return Edit(summary=_first_summary(prose), blocks=(RewriteEdit(text=largest.text),))
    if diffs:
        return _unparsable("unified diffs are not read; use SEARCH/REPLACE blocks or the whole file in a code block")
    found = f"{len(blocks)} code blocks without a program" if blocks else "prose alone"
    return _unparsable(f"expected SEARCH/REPLACE blocks or the whole file in a fenced code block, came {found}")


def _code_blocks(lines: list[str]) -> tuple[list[_Fenced], Prose, int | None]:
    """Split an answer into code blocks and prose; also return the line of a fence that is never closed, if any."""
    blocks: list[_Fenced] = []
    prose: list[str | None] = []
    index, nested = 0, True
    while index < len(lines):
        opening = FENCE.fullmatch(lines[index])
        if opening is None:
            prose.append(lines[index])
            index += 1
            continue
        close = _closing(lines, index, opening[2], nested=True) if nested else None
        if close is None:
            # One failure settles it for the whole answer: trying again at every fence would cost quadratic time.
            nested = False
            close = _closing(lines, index, opening[2], nested=False)
        if close is None:
            return blocks, prose, index if any(line.strip() for line in lines[index + 1 :]) else None
        prose.append(lines[index])
        indent = re.compile(f" {{0,{len(opening[1])}}}")
        body = [indent.sub("", line, count=1) for line in lines[index + 1 : close]]
        tag = re.split(r"[\s:{]", opening[3].strip().lower(), maxsplit=1)[0]
        blocks.append(_Fenced(tag, _file_above(prose), _unescape(body)))
        prose[-1] = None
        index = close + 1
    return blocks, prose, None


def _closing(lines: list[str], start: int, ticks: str, *, nested: bool) -> int | None:
    depth = 1
    for index in range(start + 1, len(lines)):
        found = FENCE.fullmatch(lines[index])
        if found is None or not found[2].startswith(ticks):
            continue
        if not found[3].strip():
            depth -= 1
        elif nested:
            depth += 1
        if depth == 0:
            return index
    return None


def _file_above(prose: Prose) -> str | None:
    """Return the path that the last line of prose names, looking past blank lines and opening fences."""
    for line in reversed(prose):
        if line is None:
            return None
        opening = FENCE.fullmatch(line)
        if opening:
            words = re.split(r"[\s:=\"']+", opening[3])
            path = next((word for word in words if BARE_PATH.fullmatch(word)), None)
            if path:
                return path
        elif line.strip():
            named = FILE_LINE.fullmatch(line)
            return (named[1] or named[2]) if named else None
    return None


def _first_summary(prose: Prose) -> str:
    return next((summary for line in prose if line is not None and (summary := summarise(line))), "")


def _in_fence(text: str) -> str:
    """Fence whole lines so that no run of backticks among them is long enough to close the block."""
    ticks = "`" * max(3, 1 + max((len(run) for run in _BACKTICKS.findall(text)), default=0))
    return f"{ticks}\n{text}{ticks}"


def _escape(text: str) -> str:
    return _MARKER_LIKE.sub(r"\\", text)


def _unescape(lines: list[str]) -> str:
    return _ESCAPED.sub("", "".join(f"{line}\n" for line in lines))


def _unparsable(detail: str) -> Refusal:
    return Refusal(outcome=Outcome.UNPARSABLE, detail=detail)
