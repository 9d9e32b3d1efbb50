"""From a program and an edit to the next program."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from evo.edits.edit import Edit, Editable, Refusal, ReplaceEdit, RewriteEdit
from evo.errors import EvoError
from evo.records import Outcome, Program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

REGION_START, REGION_END = "EVOLVE-BLOCK-START", "EVOLVE-BLOCK-END"

_SHOWN_CHARS = 600


def apply(base: Program, edit: Edit, *, editable: Editable) -> Program | Refusal:
    """Apply an edit to a program.

    SEARCH text has to occur exactly once: as it stands, else with other trailing blanks, else with another common
    indentation, which the replacement then gets too. Blocks apply in order, each to the result of the one before.
    Where an edit of a program of one file names one other path only, that file is meant: models invent names.

    Args:
        base: the program to change.
        edit: what to change.
        editable: "whole", or "markers": then only lines between one with EVOLVE-BLOCK-START and the next with
            EVOLVE-BLOCK-END may change, and no file may be added. A start without an end reaches to the file's end.

    Returns:
        The new program, possibly equal to `base`; or NOT_APPLICABLE (SEARCH text missing or ambiguous, no such file,
        program too large) or FORBIDDEN_EDIT (a frozen line would change).
    """
    files = dict(base.files)
    only = _only_file(base, edit)
    for number, block in enumerate(edit.blocks, 1):
        path = only or block.path
        problem = _replace(files, path, block) if isinstance(block, ReplaceEdit) else _rewrite(files, path, block)
        if problem:
            return Refusal(outcome=Outcome.NOT_APPLICABLE, detail=f"block {number}: {problem}")
    if editable == "markers":
        touched = sorted(path for path in files if frozen(files[path]) != frozen(base.files.get(path, "")))
        if touched or files.keys() != base.files.keys():
            detail = f"only text between {REGION_START} and {REGION_END} may change; the answer changes other text in "
            return Refusal(outcome=Outcome.FORBIDDEN_EDIT, detail=detail + (", ".join(touched) or "new files"))
    try:
        return Program.of(files, language=base.language)
    except EvoError as error:
        return Refusal(outcome=Outcome.NOT_APPLICABLE, detail=str(error))


def frozen(text: str) -> tuple[str, ...]:
    """Return the stretches of a file that may not change when it is edited by markers, marker lines included."""
    stretches: list[list[str]] = [[]]
    inside = False
    for line in text.split("\n"):
        if inside and REGION_END in line:
            stretches.append([])
            inside = False
        elif not inside and REGION_START in line:
            stretches[-1].append(line)
            inside = True
            continue
        if not inside:
            stretches[-1].append(line)
    return tuple("\n".join(stretch) for stretch in stretches)


def _only_file(base: Program, edit: Edit) -> str | None:
    """Return the file that every block is for, where there is no choice."""
    return next(iter(base.files)) if len(base.files) == 1 and len({block.path for block in edit.blocks}) == 1 else None


def _rewrite(files: dict[str, str], path: str | None, block: RewriteEdit) -> str:
    """Put a whole file in place; return what is wrong, or ""."""
    if path is None:
        return f"the rewrite names no file; the program has {', '.join(files)}"
    files[path] = block.text
    return ""


def _replace(files: dict[str, str], path: str | None, block: ReplaceEdit) -> str:
    """Replace the one place that the SEARCH text fits; return what is wrong, or ""."""
    if path is not None and path not in files:
        if block.search:
            return f"no file {path}; the program has {', '.join(files)}"
        files[path] = block.replace
        return ""
    wanted = _lines(block.search)
    if not any(line.strip() for line in wanted):
        return "the SEARCH text is blank; expected lines that occur once in the program"
    searched = files if path is None else {path: files[path]}
    for match in (_exact, _trailing, _indented):
        hits = [(name, *hit) for name, text in searched.items() for hit in match(_lines(text), wanted)]
        if len(hits) > 1:
            return f"the SEARCH text occurs {len(hits)} times, so its place is not clear:\n{_shown(block.search)}"
        if hits:
            name, start, was, now = hits[0]
            lines = _lines(files[name])
            replacement = _shifted(_lines(block.replace), was, now)
            if replacement is None:
                return f"the replacement is indented less than its SEARCH text:\n{_shown(block.search)}"
            lines[start : start + len(wanted)] = replacement
            files[name] = "".join(f"{line}\n" for line in lines)
            return ""
    return f"the SEARCH text does not occur in {' or '.join(searched)}:\n{_shown(block.search)}"


def _exact(lines: list[str], wanted: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield each place where the wanted lines stand, with the indentation they were given and the one found."""
    for start in _places(lines, wanted, lambda line: line):
        if lines[start : start + len(wanted)] == wanted:
            yield start, "", ""


def _trailing(lines: list[str], wanted: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield as `_exact` does, whatever blanks end the lines."""
    stripped = [line.rstrip() for line in wanted]
    for start in _places(lines, wanted, str.rstrip):
        if [line.rstrip() for line in lines[start : start + len(wanted)]] == stripped:
            yield start, "", ""


def _indented(lines: list[str], wanted: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield as `_trailing` does, whatever indentation all lines have in common."""
    was, bare = _dedented(wanted)
    for start in _places(lines, wanted, str.strip):
        now, found = _dedented(lines[start : start + len(wanted)])
        if found == bare:
            yield start, was, now


def _places(lines: list[str], wanted: list[str], key: Callable[[str], str]) -> Iterator[int]:
    """Yield the starts at which the first line fits, so that whole windows are compared rarely."""
    first = key(wanted[0])
    for start in range(len(lines) - len(wanted) + 1):
        if key(lines[start]) == first:
            yield start


def _dedented(lines: Sequence[str]) -> tuple[str, list[str]]:
    indents = [line[: len(line) - len(line.lstrip())] for line in lines if line.strip()]
    # What the first and the last in order have in common, all have in common.
    low, high = min(indents, default=""), max(indents, default="")
    indent = "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(low, high, strict=False)))
    return indent, [line.rstrip()[len(indent) :] for line in lines]


def _shifted(lines: list[str], was: str, now: str) -> list[str] | None:
    """Give lines another indentation; None where one of them does not have the old one."""
    if was == now:
        return lines
    if any(line.strip() and not line.startswith(was) for line in lines):
        return None
    return [now + line[len(was) :] if line.strip() else line for line in lines]


def _lines(text: str) -> list[str]:
    return text.split("\n")[:-1]


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}..."
