"""SEARCH/REPLACE blocks in an answer, by their markers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.edits import markers
from evo.edits.edit import Edit, Refusal, ReplaceEdit, first_summary
from evo.edits.fences import BARE_PATH, fence_at, file_above
from evo.records import Outcome

if TYPE_CHECKING:
    from evo.edits.fences import Prose

_READINGS = 8


def parse_blocks(lines: list[str]) -> Edit | Refusal:
    """Read an answer that has an opening marker in it.

    Returns:
        The edit, or UNPARSABLE where a block is not complete: a guess at what was meant would be run.
    """
    blocks: list[ReplaceEdit] = []
    prose: Prose = []
    index = 0
    while index < len(lines):
        if not markers.opens(lines[index]):
            if markers.closes(lines[index]):
                return _unparsable(index, f"{_said(lines[index])} closes a block that no line <<<<<<< SEARCH opens")
            prose.append((index, lines[index]))
            index += 1
            continue
        close = _close(lines, index)
        if isinstance(close, Refusal):
            return close
        found = _block(lines, index, close, prose)
        if isinstance(found, Refusal):
            return found
        blocks.append(found)
        prose.append(None)
        index = close + 1
    return Edit(summary=first_summary(prose), blocks=tuple(blocks))


def _close(lines: list[str], start: int) -> int | Refusal:
    for index in range(start + 1, len(lines)):
        if markers.closes(lines[index]):
            return index
        if markers.opens(lines[index]):
            reason = f"the block has no line >>>>>>> REPLACE before the next one begins in line {index + 1}"
            return _unparsable(start, reason)
        if markers.splits_conflict(lines[index]):
            return _unparsable(
                index, f"{_said(lines[index])} begins a third version; expected SEARCH and REPLACE alone"
            )
    return _unparsable(start, "the block has no line >>>>>>> REPLACE of its own")


def _block(lines: list[str], start: int, close: int, prose: Prose) -> ReplaceEdit | Refusal:
    middles = markers.middles(lines, start + 1, close)
    if not middles:
        return _unparsable(start, "the block has no line ======= of its own")
    if len(middles) > _READINGS:
        return _unparsable(
            middles[_READINGS], f"the block that begins in line {start + 1} has {len(middles)} lines ======="
        )
    readings = [reading for middle in middles for reading in _readings(lines[start + 1 : close], middle - start - 1)]
    label = markers.label_of(lines[start])
    named = next((word for word in label.split() if BARE_PATH.fullmatch(word)), None)
    (search, replace), *others = readings
    path = file_above(prose) or named
    return ReplaceEdit(path=path, search=search, replace=replace, others=tuple(others), line=start + 1)


def _readings(body: list[str], middle: int) -> list[tuple[str, str]]:
    """Return what a block says if SEARCH ends at a line: as it stands, and without fences within its halves."""
    search, replace = body[:middle], body[middle + 1 :]
    if search and markers.ends_search(search[-1]):
        del search[-1]
    bare = _unfenced(search)
    said = [(search, replace)] if bare == search else [(search, replace), (bare, _unfenced(replace))]
    return [(_text(one), _text(two)) for one, two in said]


def _unfenced(lines: list[str]) -> list[str]:
    """Take away a fence around all lines."""
    inner = [index for index, line in enumerate(lines) if line.strip()]
    if len(inner) > 1:
        first, last = fence_at(lines[inner[0]]), fence_at(lines[inner[-1]])
        if first and last and not last[3].strip() and last[2].startswith(first[2]):
            return lines[inner[0] + 1 : inner[-1]]
    return lines


def _text(lines: list[str]) -> str:
    return markers.unescape("".join(f"{line}\n" for line in lines))


def _said(line: str) -> str:
    return repr(line.strip()[:40])


def _unparsable(index: int, reason: str) -> Refusal:
    return Refusal(outcome=Outcome.UNPARSABLE, detail=f"line {index + 1} of the answer: {reason}")
