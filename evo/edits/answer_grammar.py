"""From an answer to an edit and back. The grammar itself is told in the package's docstring."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evo.edits import markers
from evo.edits.blocks import parse_blocks
from evo.edits.edit import Edit, Refusal, ReplaceEdit, first_summary
from evo.edits.fences import code_blocks
from evo.edits.files import bare_program, parse_files
from evo.edits.frames import show
from evo.edits.hunks import begins_patch, diff_span, looks_like_diff, parse_diff, parse_patch
from evo.edits.source import outline
from evo.records import Outcome

if TYPE_CHECKING:
    from evo.edits.fences import CodeBlock, CodeBlocks
    from evo.edits.frames import Visible
    from evo.records import Program

GRAMMAR = 2
"""The version of the grammar: how answers were read is part of what a run is, and this says which reading it was."""

_DIFFS = {"diff", "patch", "udiff"}
_BACKTICKS = re.compile(r"`+")
_REPLACES = re.compile(r"[ \t]*[>+-]{5,12}[ \t:-]*(?:REPLACE|UPDATED)\b.{0,40}", re.IGNORECASE)


def render(edit: Edit) -> str:
    """Return the answer that says this edit; `parse` gives it back, but for what only a diff says of places."""
    parts = [edit.summary] if edit.summary else []
    for block in edit.blocks:
        head = f"File: {block.path}\n" if block.path else ""
        if isinstance(block, ReplaceEdit):
            search, replace = markers.escape(block.search), markers.escape(block.replace)
            parts.append(f"{head}<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE")
        else:
            parts.append(head + _in_fence(markers.escape(block.text)))
    return "\n\n".join(parts) + "\n"


def parse(answer: str, *, base: Program | None = None, entry: str = "") -> Edit | Refusal:
    """Read an answer by the grammar of this package. Total: what cannot be read is a Refusal with the reason.

    Args:
        answer: as the model gave it.
        base: the program that was to be changed; without it whole files are taken as they stand.
        entry: the name that is called; "" where that is not known.
    """
    text = answer.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    shown = show(text)
    if shown.unclosed or shown.hidden:
        # A program that stands alone may speak of tags in its texts.
        whole = bare_program(text.split("\n"), base, entry) if base and outline(text) else None
        if whole is not None:
            return whole
    if shown.unclosed:
        reason = "a thought begins here and is never closed, so all that follows may be a draft"
        return Refusal(outcome=Outcome.TRUNCATED, detail=f"line {shown.unclosed} of the answer: {reason}")
    return _parse_lines(shown, base, entry)


def _parse_lines(shown: Visible, base: Program | None, entry: str) -> Edit | Refusal:
    lines = shown.lines
    if not any(line.strip() for line in lines):
        return _unparsable("the answer is empty" + (" but for its thoughts" if shown.hidden else ""))
    first = next((index for index, line in enumerate(lines) if markers.opens(line)), None)
    patch = begins_patch(lines)
    if patch is not None and (first is None or patch < first):
        return parse_patch(lines, patch)
    if first is not None:
        return parse_blocks(lines)
    ends = next((index for index, line in enumerate(lines) if _REPLACES.fullmatch(line[:200])), None)
    if ends is not None:
        return _unparsable(f"line {ends + 1} of the answer: {lines[ends].strip()!r} closes a block that nothing opens")
    return _parse_fences(lines, base, entry)


def _parse_fences(lines: list[str], base: Program | None, entry: str) -> Edit | Refusal:
    found = code_blocks(lines)
    if found.unclosed:
        reason = "the code fence is never closed, so the program may not be whole"
        return _unparsable(f"line {found.unclosed} of the answer: {reason}")
    said = [block for block in found.blocks if block.text.strip()]
    kinds = [_is_diff(block) for block in said]
    diffs = [block for block, diff in zip(said, kinds, strict=True) if diff]
    files = [block for block, diff in zip(said, kinds, strict=True) if not diff]
    edit = parse_files(files, first_summary(found.prose), base, entry)
    if isinstance(edit, Edit):
        return edit
    if changed := _parse_diffs(lines, diffs, found):
        return changed
    return edit or bare_program(lines, base, entry) or _nothing(found)


def _parse_diffs(lines: list[str], diffs: list[CodeBlock], found: CodeBlocks) -> Edit | Refusal | None:
    """Read the diffs of an answer as one, in code blocks or, where there are none, in prose."""
    if not diffs:
        span = None if found.blocks else diff_span(lines)
        if span is None:
            return None
        first, last = span
        return parse_diff(lines[first:last], first, [*enumerate(lines[:first]), *enumerate(lines[last:], last)])
    blocks: list[ReplaceEdit] = []
    for diff in diffs:
        edit = parse_diff(diff.text.split("\n")[:-1], diff.line, found.prose, path=diff.path)
        if isinstance(edit, Refusal):
            return edit
        blocks += [block for block in edit.blocks if isinstance(block, ReplaceEdit)]
    return Edit(summary=first_summary(found.prose), blocks=tuple(blocks))


def _is_diff(block: CodeBlock) -> bool:
    return block.tag in _DIFFS or (looks_like_diff(block.text) and outline(block.text) is None)


def _nothing(found: CodeBlocks) -> Refusal:
    came = f"{len(found.blocks)} code blocks without a program" if found.blocks else "prose alone"
    return _unparsable(f"expected SEARCH/REPLACE blocks or the whole file in a fenced code block, came {came}")


def _in_fence(text: str) -> str:
    """Fence whole lines so that no run of backticks among them is long enough to close the block."""
    ticks = "`" * max(3, 1 + max((len(run) for run in _BACKTICKS.findall(text)), default=0))
    return f"{ticks}\n{text}{ticks}"


def _unparsable(detail: str) -> Refusal:
    return Refusal(outcome=Outcome.UNPARSABLE, detail=detail)
