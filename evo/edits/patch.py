"""From a program and an edit to the next program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.edits.edit import Edit, Editable, Refusal, ReplaceEdit, RewriteEdit
from evo.edits.elision import Gap, restore
from evo.edits.markers import is_middle
from evo.edits.merge import merge_lines
from evo.edits.places import MOST, find_places, find_sure, nearest
from evo.edits.source import PYTHON, outline
from evo.errors import EvoError
from evo.records import Outcome, Program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.edits.places import Stretch

REGION_START, REGION_END = "EVOLVE-BLOCK-START", "EVOLVE-BLOCK-END"

_SHOWN_CHARS = 600
_SHOWN_LINES = 10
_SHOWN_WIDTH = 120


def apply(base: Program, edit: Edit, *, editable: Editable) -> Program | Refusal:
    """Apply an edit to a program.

    SEARCH text has to stand in one place: see `places` for what may differ. Blocks apply in order, each to the result
    of the one before; one that quotes what an earlier one replaced is merged with it where both do not change the same
    lines. Where an edit of a program of one file names one other path only, that file is meant: models invent names.

    Args:
        base: the program to change.
        edit: what to change.
        editable: "whole", or "markers": then only lines between one with EVOLVE-BLOCK-START and the next with
            EVOLVE-BLOCK-END may change, and no file may be added. A start without an end reaches to the file's end.
            Of a repository, which paths may.

    Returns:
        The new program, possibly equal to `base`; or NOT_APPLICABLE (SEARCH text missing or ambiguous, no such file,
        program too large), UNPARSABLE (a replacement leaves code out) or FORBIDDEN_EDIT (a frozen line would change).
    """
    files = {path: _File.of(path, text) for path, text in base.files.items()}
    # Of a repository, more is there than what may change: a name that is not among it is not invented.
    only = _only_file(base, edit) if isinstance(editable, str) else None
    for number, block in enumerate(edit.blocks, 1):
        path = only or block.path
        if not isinstance(editable, str) and path is not None and (flaw := editable.flaw(path)):
            return Refusal(outcome=Outcome.FORBIDDEN_EDIT, detail=f"block {number}: {flaw}")
        if isinstance(block, RewriteEdit):
            problem = _rewrite(files, path, block)
        else:
            problem = _Replacing(files, base.language, block).apply(path)
        if problem:
            where = f"block {number}" + (f", line {block.line} of the answer" if block.line else "")
            outcome = Outcome.UNPARSABLE if isinstance(problem, _LeftOut) else Outcome.NOT_APPLICABLE
            return Refusal(outcome=outcome, detail=f"{where}: {problem}")
    return _program(base, {path: file.text for path, file in files.items()}, editable)


def _program(base: Program, files: dict[str, str], editable: Editable) -> Program | Refusal:
    if editable == "markers":
        touched = sorted(path for path in files if frozen(files[path]) != frozen(base.files.get(path, "")))
        if touched or files.keys() != base.files.keys():
            detail = f"only text between {REGION_START} and {REGION_END} may change; the answer changes other text in "
            return Refusal(outcome=Outcome.FORBIDDEN_EDIT, detail=detail + (", ".join(touched) or "new files"))
    try:
        return Program.of(files, language=base.language, trunk=base.trunk)
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


class _LeftOut(str):
    """What is wrong with a block that leaves code out: it is no edit that could be applied to any program."""

    __slots__ = ()


@dataclass(slots=True)
class _File:
    """A file on its way: its lines, which of its first lines each of them is (-1 for new ones), and these."""

    path: str
    lines: list[str]
    origin: list[int]
    first: list[str]

    @classmethod
    def of(cls, path: str, text: str) -> _File:
        lines = _lines(text)
        return cls(path, lines, list(range(len(lines))), lines.copy())

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    def put(self, first: int, last: int, lines: list[str]) -> None:
        """Put lines in place of others; those that stay at both ends are the same lines as before."""
        old, new, head = self.lines[first:last], lines, 0
        while head < min(len(old), len(new)) and old[head] == new[head]:
            head += 1
        tail = 0
        while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        fresh = [-1] * (len(new) - head - tail)
        self.lines[first:last] = lines
        self.origin[first + head : last - tail] = fresh

    def number(self, index: int) -> str:
        """Return the number of a line, as the program was shown."""
        return str(self.origin[index] + 1) if self.origin[index] >= 0 else "new"


def _rewrite(files: dict[str, _File], path: str | None, block: RewriteEdit) -> str:
    """Put a whole file in place; return what is wrong, or ""."""
    if path is None:
        if len(files) > 1 or not files:
            return f"the rewrite names no file; the program has {', '.join(files)}"
        path = next(iter(files))
    files[path] = _File.of(path, block.text)
    return ""


@dataclass(slots=True)
class _Fit:
    """A reading of a block with the places in one file where it fits."""

    search: list[str]
    replace: list[str]
    file: _File
    places: list[Stretch]


class _Replacing:
    """Puts one SEARCH/REPLACE block into the one place where it fits.

    Args:
        files: changed in place.
        language: of the program.
        block: what to do.
    """

    def __init__(self, files: dict[str, _File], language: str, block: ReplaceEdit) -> None:
        self._files, self._language, self._block = files, language, block

    def apply(self, path: str | None) -> str:
        """Change the file, or any of the files where no path is given; return what is wrong, or ""."""
        files, block = self._files, self._block
        if path is not None and path not in files:
            if block.search:
                return f"no file {path}; the program has {', '.join(files)}"
            files[path] = _File.of(path, block.replace)
            return ""
        readings = [(_lines(a), _lines(b)) for a, b in ((block.search, block.replace), *block.others)]
        readings = [reading for reading in readings if any(line.strip() for line in reading[0])]
        if not readings:
            return "the SEARCH text is blank; expected lines that occur once in the program"
        searched = list(files.values()) if path is None else [files[path]]
        fits = self._longest_fits(readings, searched)
        if len(fits) == 1 and len(places := self._meant(fits[0])) == 1:
            return self._put(fits[0], places[0])
        merged = self._merged(readings, searched)
        if merged is not None:
            return merged
        return self._ambiguous(fits) if fits else self._missing(readings, searched)

    def _longest_fits(self, readings: Sequence[tuple[list[str], list[str]]], searched: Sequence[_File]) -> list[_Fit]:
        """Return where the reading that quotes most of the program fits, one for each file in which it does."""
        for search, replace in sorted(readings, key=lambda reading: -len(reading[0])):
            found = [_Fit(search, replace, file, find_places(file.lines, search, replace)) for file in searched]
            if fits := [fit for fit in found if fit.places]:
                return fits
        return []

    def _meant(self, fit: _Fit) -> list[Stretch]:
        """Return the places of a fit; of several, the one that the block's own words point to."""
        near, after = self._block.near, self._block.after
        places, file = fit.places, fit.file
        if len(places) > 1 and near:
            places = [place for place in places if file.number(place.first) == str(near)] or places
        if len(places) > 1 and after:
            above = [k for k, line in enumerate(file.lines) if line.strip() == after]
            later = [place for place in places if len(above) == 1 and place.first > above[0]]
            places = later[:1] or places
        return places

    def _put(self, fit: _Fit, place: Stretch) -> str:
        lines = place.lines
        if lines is None:
            return f"the replacement is indented otherwise than its SEARCH text:\n{_shown(fit.search)}"
        if any(is_middle(line) for line in lines) and self._block.others:
            lines = self._without_stray_middle(fit, place, lines)
            if lines is None:
                return "a second line ======= stands in the replacement, so it is not clear what replaces what"
        file = fit.file
        found = file.lines[place.first : place.last]
        whole = restore(lines, found, "\n".join(file.first))
        if isinstance(whole, Gap):
            return _LeftOut(f"{whole.words!r:.80} leaves code out; write these lines, or leave them out of SEARCH too")
        file.put(place.first, place.last, whole)
        return ""

    def _without_stray_middle(self, fit: _Fit, place: Stretch, lines: list[str]) -> list[str] | None:
        """Return a replacement in which a line ======= may be the program's own; None where that is not certain."""
        file = fit.file

        def with_lines(put: list[str]) -> str:
            return "\n".join([*file.lines[: place.first], *put, *file.lines[place.last :]])

        last = max(k for k, line in enumerate(lines) if line.strip())
        trimmed = [*lines[:last], *lines[last + 1 :]] if is_middle(lines[last]) else lines
        if self._language == PYTHON and outline(file.text) is not None:
            return next((put for put in (lines, trimmed) if outline(with_lines(put)) is not None), None)
        own = any(is_middle(line) for line in file.first)
        return lines if own else trimmed if not any(is_middle(line) for line in trimmed) else None

    def _merged(self, readings: Sequence[tuple[list[str], list[str]]], searched: Sequence[_File]) -> str | None:
        """Change what the block quotes as it was before earlier blocks; None where it does not quote that."""
        for search, replace in sorted(readings, key=lambda reading: -len(reading[0])):
            found = [(file, place) for file in searched for place in find_sure(file.first, search, replace)]
            if len(found) == 1 and found[0][1].lines is not None:
                return self._merge(found[0][0], found[0][1], found[0][1].lines)
        return None

    def _merge(self, file: _File, place: Stretch, lines: list[str]) -> str | None:
        if file.lines == file.first:
            return None
        above = [k for k, origin in enumerate(file.origin) if 0 <= origin < place.first]
        below = [k for k, origin in enumerate(file.origin) if origin >= place.last]
        start, end = (above[-1] + 1 if above else 0), (below[0] if below else len(file.lines))
        if start > end:
            return None
        merged = merge_lines(file.first[place.first : place.last], file.lines[start:end], lines)
        if merged is None:
            return (
                f"the SEARCH text quotes lines {place.first + 1} to {place.last} of {file.path} as they were before "
                "earlier blocks, and both change the same of them; quote the text as earlier blocks left it"
            )
        file.put(start, end, merged)
        return ""

    def _ambiguous(self, fits: Sequence[_Fit]) -> str:
        places = [(fit.file, place) for fit in fits for place in fit.places]
        count = f"{len(places)}" if len(places) < MOST else f"{MOST} or more"
        where = "; ".join(
            f"{fit.file.path}, lines {', '.join(dict.fromkeys(fit.file.number(place.first) for place in fit.places))}"
            for fit in fits
        )
        return (
            f"the SEARCH text occurs {count} times ({where}), so its place is not clear; "
            f"quote more lines around it:\n{_shown(fits[0].search)}"
        )

    def _missing(self, readings: Sequence[tuple[list[str], list[str]]], searched: Sequence[_File]) -> str:
        search = readings[0][0]
        said = f"the SEARCH text does not occur in {' or '.join(file.path for file in searched)}:\n{_shown(search)}"
        for file in searched:
            stretch = nearest(file.lines, search)
            if stretch:
                return f"{said}\nNearest in {file.path}:\n{_numbered(file, *stretch)}"
        return said


def _numbered(file: _File, first: int, last: int) -> str:
    """Return lines of a file with their numbers."""
    shown = range(first, min(last, first + _SHOWN_LINES, len(file.lines)))
    return "\n".join(f"{file.number(k):>5} | {file.lines[k][:_SHOWN_WIDTH]}" for k in shown)


def _lines(text: str) -> list[str]:
    return text.split("\n")[:-1]


def _shown(lines: list[str]) -> str:
    text = "\n".join(lines[:_SHOWN_LINES])
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}..."
