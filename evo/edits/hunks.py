"""Diffs in an answer: unified ones, with or without their headers, and patches between `*** Begin Patch` and its end.

A hunk becomes what a SEARCH/REPLACE block says: its old lines in place of its new ones. What its header counts is not
believed, since models do not count; the line that it names only decides between places that fit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from evo.edits.edit import Edit, Refusal, ReplaceEdit, RewriteEdit, first_summary
from evo.edits.fences import PATH, fence_at
from evo.errors import EvoError
from evo.records import Outcome

if TYPE_CHECKING:
    from evo.edits.fences import Prose

_HEAD = re.compile(r"[ \t]*@@(?:[ \t]*-(?P<near>\d{1,9})(?:,\d+)?[ \t]+\+\d+(?:,\d+)?[ \t]*@@)?(?P<after>.*)")
_OLD = re.compile(r"---[ \t]+(?P<path>\S+)(?:\t.*|[ \t]+\d{4}-.*)?[ \t]*")
_NEW = re.compile(r"\+\+\+[ \t]+(?P<path>\S+)(?:\t.*|[ \t]+\d{4}-.*)?[ \t]*")
_GIT = re.compile(r"(?:diff --git |index [0-9a-f]{4,}|new file mode |similarity index |old mode |new mode )")
_MOVES = re.compile(r"(?:deleted file mode|rename (?:from|to)|copy (?:from|to)) ")
_FILE = re.compile(
    r"[ \t]*\*\*\*[ \t]*(?P<does>Add|Update|Delete|Move to)(?:[ \t]+File)?[ \t]*:[ \t]*(?P<path>\S+)[ \t]*",
    re.IGNORECASE,
)
_BEGIN = re.compile(r"[ \t]*\*\*\*[ \t]*Begin[ \t]+Patch[ \t]*(?:\*\*\*)?[ \t]*", re.IGNORECASE)
_END = re.compile(r"[ \t]*\*\*\*[ \t]*End[ \t]+Patch[ \t]*(?:\*\*\*)?[ \t]*", re.IGNORECASE)
_END_OF_FILE = re.compile(r"[ \t]*\*\*\*[ \t]*End of File[ \t]*", re.IGNORECASE)
_NOTHING = "/dev/null"
_LONGEST = 2000


@dataclass(slots=True)
class _Hunk:
    """Lines of a hunk as they stand, and where it says that they belong."""

    line: int
    path: str | None = None
    new_file: bool = False
    near: int = 0
    after: str = ""
    lines: list[str] = field(default_factory=list)


def begins_patch(lines: list[str]) -> int | None:
    """Return the line at which a patch begins, None if there is none."""
    return next((index for index, line in enumerate(lines) if _fits(_BEGIN, line)), None)


def looks_like_diff(text: str) -> bool:
    """Tell whether a text is a diff, from its headers or since nearly every line of it comes or goes or stays."""
    lines = [line for line in text.split("\n") if line.strip()]
    headed = any(_fits(_HEAD, line) for line in lines) or any(
        _fits(_OLD, one) and _fits(_NEW, two) for one, two in pairwise(lines)
    )
    signs = {line[0] for line in lines}
    moving = bool(signs & {"+", "-"}) and any(line[0] in "+-" and line[1:].strip() for line in lines)
    return moving and (headed or (signs <= {"+", "-", " ", "\t", "\\"} and {"+", "-"} <= signs))


def parse_diff(lines: list[str], start: int, prose: Prose, *, path: str | None = None) -> Edit | Refusal:
    """Read a unified diff, whole or without its headers.

    Args:
        lines: the diff alone.
        start: the line of the answer, from 0, at which it begins.
        prose: of the answer, for the summary.
        path: of the file that it is said to be for.
    """
    found = _hunks(lines, start, path)
    return found if isinstance(found, Refusal) else _edit(found, prose)


def parse_patch(lines: list[str], start: int) -> Edit | Refusal:
    """Read the patch that begins with a line of an answer; `apply_patch` is what its dialect is known from."""
    prose: Prose = list(enumerate(lines[:start]))
    hunks: list[_Hunk] = []
    does, path, whole = "", None, True
    for index in range(start + 1, len(lines)):
        line = lines[index]
        if _fits(_END, line):
            prose += enumerate(lines[index + 1 :], index + 1)
            if begins_patch(lines[index + 1 :]) is not None:
                return _unparsable(index, "a second patch begins after the first one; expected all files in one")
            return _edit(hunks, prose, whole=whole) if hunks else _unparsable(start, "the patch changes nothing")
        named = _FILE.fullmatch(line) if len(line) <= _LONGEST else None
        if named:
            does, path = named["does"].lower(), named["path"]
            if does not in {"add", "update"}:
                return _unparsable(index, "a patch may add and update files, and neither delete nor move them")
            whole = whole and does == "add"
            hunks.append(_Hunk(line=index, path=path, new_file=does == "add"))
        elif path is None:
            if line.strip():
                return _unparsable(index, "expected *** Update File: PATH or *** Add File: PATH")
        elif (head := _head(line)) and does == "update":
            hunks.append(_Hunk(line=index, path=path, near=head[0], after=head[1]))
        elif not _fits(_END_OF_FILE, line):
            hunks[-1].lines.append(line)
    return _unparsable(start, "the patch has no line *** End Patch, so it may not be whole")


def _hunks(lines: list[str], start: int, path: str | None) -> list[_Hunk] | Refusal:
    """Split a unified diff at its headers."""
    hunks = [_Hunk(line=start, path=path)]
    new_file, index = False, 0
    while index < len(lines):
        line = lines[index]
        if _MOVES.match(line):
            return _unparsable(start + index, "a diff may add and change files, and neither delete nor rename them")
        old, new = _fits(_OLD, line), _fits(_NEW, lines[index + 1]) if index + 1 < len(lines) else None
        if old and new:
            if new["path"] == _NOTHING:
                return _unparsable(start + index, "a diff may add and change files, and not delete them")
            new_file, path = old["path"] == _NOTHING, _without_side(new["path"])
            hunks.append(_Hunk(line=start + index, path=path, new_file=new_file))
            index += 1
        elif head := _head(line):
            hunks.append(_Hunk(line=start + index, path=path, new_file=new_file, near=head[0], after=head[1]))
        elif line.strip() in {"...", "…"}:
            hunks.append(_Hunk(line=start + index + 1, path=path))
        elif not _GIT.match(line):
            hunks[-1].lines.append(line)
        index += 1
    return hunks


def _edit(hunks: list[_Hunk], prose: Prose, *, whole: bool = False) -> Edit | Refusal:
    blocks: list[ReplaceEdit] = []
    for hunk in hunks:
        if not any(line.strip() for line in hunk.lines):
            continue
        block = _block(hunk)
        if isinstance(block, Refusal):
            return block
        blocks.append(block)
    if not blocks:
        return _unparsable(hunks[0].line, "the diff changes nothing")
    summary = first_summary(prose)
    if whole and len({block.path for block in blocks}) == len(blocks):
        files = tuple(RewriteEdit(path=block.path, text=block.replace, line=block.line) for block in blocks)
        return Edit(summary=summary, blocks=files)
    return Edit(summary=summary, blocks=tuple(blocks))


def _block(hunk: _Hunk) -> ReplaceEdit | Refusal:
    lines = list(hunk.lines)
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        del lines[0]
    if not any(line[:1] in {"+", "-"} for line in lines):
        return _unparsable(hunk.line, "the hunk has no line that begins with + or -")
    if hunk.path is not None and not PATH.fullmatch(hunk.path):
        return _unparsable(hunk.line, f"{hunk.path!r} is no path: expected letters, digits and ._/- alone")
    if not hunk.new_file and not any(line[:1] != "+" and line[:1] != "\\" and line.strip() for line in lines):
        reason = "the hunk only adds lines, so its place is not clear; expected lines of the program around them"
        return _unparsable(hunk.line, reason)
    (search, replace), *others = dict.fromkeys((_sides(lines, bare=False), _sides(lines, bare=True)))
    try:
        return ReplaceEdit(
            path=hunk.path,
            search="" if hunk.new_file else search,
            replace=replace,
            others=() if hunk.new_file else tuple(others),
            near=hunk.near,
            after=hunk.after,
            line=hunk.line + 1,
        )
    except EvoError as error:
        return _unparsable(hunk.line, str(error))


def _sides(lines: list[str], *, bare: bool) -> tuple[str, str]:
    """Return the old lines and the new ones; `bare`: lines that stay are written without the blank before them."""
    old: list[str] = []
    new: list[str] = []
    for line in lines:
        sign, rest = line[:1], line[1:]
        if sign == "\\":
            continue
        stays = sign not in {"+", "-"}
        text = (line if bare or sign not in {" ", ""} else rest) if stays else rest
        if sign != "+":
            old.append(text)
        if sign != "-":
            new.append(text)
    return "".join(f"{line}\n" for line in old), "".join(f"{line}\n" for line in new)


def diff_span(lines: list[str]) -> tuple[int, int] | None:
    """Return where a unified diff begins that stands in prose and where it ends, None if there is none."""
    first = next(
        (
            index
            for index, line in enumerate(lines)
            if (_fits(_OLD, line) and index + 1 < len(lines) and _fits(_NEW, lines[index + 1]))
            or (line.startswith("@@") and _head(line))
        ),
        None,
    )
    if first is None:
        return None
    last = first
    for index in range(first, len(lines)):
        if fence_at(lines[index]):
            break
        if lines[index][:1] in {"+", "-", "@", "\\"} or _GIT.match(lines[index]):
            last = index
    # Lines that stay and follow the last change are indented by a blank; prose is not.
    while last + 1 < len(lines) and lines[last + 1][:1] == " " and lines[last + 1].strip():
        last += 1
    return first, last + 1


def _head(line: str) -> tuple[int, str] | None:
    found = _fits(_HEAD, line)
    if found is None:
        return None
    after = found["after"].strip()
    return int(found["near"] or 0), after.removesuffix("@@").strip().strip(".…").strip()


def _without_side(path: str) -> str:
    return path[2:] if path[:2] in {"a/", "b/"} else path


def _fits(pattern: re.Pattern[str], line: str) -> re.Match[str] | None:
    return pattern.fullmatch(line) if len(line) <= _LONGEST else None


def _unparsable(index: int, reason: str) -> Refusal:
    return Refusal(outcome=Outcome.UNPARSABLE, detail=f"line {index + 1} of the answer: {reason}")
