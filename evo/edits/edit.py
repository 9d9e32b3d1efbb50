"""What an answer says, as values: edits, and why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from evo.edits.editable import EditableGlobs
from evo.edits.fences import FENCE, FILE_LINE, PATH, Prose
from evo.edits.markers import is_marker
from evo.errors import EvoError

if TYPE_CHECKING:
    from evo.records import Outcome

Editable: TypeAlias = Literal["markers", "whole"] | EditableGlobs

SUMMARY_MAX_CHARS = 200

_LABELS = r"summary|reason|rationale|explanation"
_HEADINGS = r"ideas?|plan|approach|analysis|changes?|reasoning|thoughts?|answer|solution|code|program|output|result"
_DECORATION = re.compile(rf"(?:[#>*\s-]|\d+[.)]\s)*(?:(?i:{_LABELS})[ \t]*:|(?:Idea|IDEA)[ \t]*:)?\s*")
_IDEA = re.compile(r"(?:[#>*\s-]|\d+[.)]\s)*(?:idea|the idea)\**[ \t]*(?::|\Z)", re.IGNORECASE)
_HEADING = re.compile(rf"(?:{_LABELS}|{_HEADINGS})[.:]?", re.IGNORECASE)
_TAG = re.compile(r"(?:</?[a-z][\w:-]*(?:\s[^<>]*)?/?>\s*)+", re.IGNORECASE)
_LOOKED_AT = 2000
"""Characters of a line of prose that are looked at for its label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceEdit:
    """One SEARCH/REPLACE block.

    Attributes:
        path: the file, or None to look in all files.
        search: whole lines that occur once; "" only to begin a file that does not exist.
        replace: the lines in their place; "" deletes.
        others: further readings as (search, replace), where it cannot be told from the answer alone which lines are
            the program's; of those that fit, the one that quotes most of the program is meant.
        near: the line, from 1, at which the search text is said to stand; 0 where nothing is said. It only decides
            between places that fit.
        after: a line of the program that is said to stand above; the same.
        line: of the answer, from 1, for messages; 0 where there is no answer.
    """

    path: str | None = None
    search: str
    replace: str
    others: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    near: int = field(default=0, compare=False)
    after: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        """Bring both texts into whole lines.

        Raises:
            EvoError: a path with characters that no File line can say.
        """
        _check_path(self.path)
        object.__setattr__(self, "search", _whole_lines(self.search))
        object.__setattr__(self, "replace", _whole_lines(self.replace))
        object.__setattr__(self, "others", tuple((_whole_lines(a), _whole_lines(b)) for a, b in self.others))


@dataclass(frozen=True, slots=True, kw_only=True)
class RewriteEdit:
    """A file in full.

    Attributes:
        path: the file, which may be new; None for the only file.
        text: whole lines, not all blank, and not a unified diff.
        line: of the answer, from 1, for messages; 0 where there is no answer.
    """

    path: str | None = None
    text: str
    line: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        """Bring the text into whole lines.

        Raises:
            EvoError: a text that cannot be a program, or a path with characters that no File line can say.
        """
        _check_path(self.path)
        object.__setattr__(self, "text", _whole_lines(self.text))
        if not self.text.strip() or is_unified_diff(self.text):
            raise EvoError("rewrite: expected the text of a program, came a blank text or a unified diff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change to a program, as a model said it.

    Attributes:
        summary: one line, at most 200 characters, without decoration; may be "".
        blocks: all `Replace`, applied in order, or all `Rewrite`, each of another file.
    """

    summary: str = ""
    blocks: tuple[ReplaceEdit, ...] | tuple[RewriteEdit, ...]

    def __post_init__(self) -> None:
        """Bring the summary into one line.

        Raises:
            EvoError: no block, blocks of both kinds, or several rewrites that do not name one file each.
        """
        object.__setattr__(self, "summary", summarise(self.summary))
        rewrites = [block.path for block in self.blocks if isinstance(block, RewriteEdit)]
        named = len(rewrites) < 2 or (None not in rewrites and len(set(rewrites)) == len(rewrites))  # noqa: PLR2004
        if not self.blocks or len(rewrites) not in {0, len(self.blocks)} or not named:
            raise EvoError(f"edit: expected blocks of one kind, one rewrite for each file; came {self.blocks!r:.200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an answer brought no program, with what was expected: words for a model and for a person.

    Attributes:
        outcome: UNPARSABLE, TRUNCATED, NOT_APPLICABLE or FORBIDDEN_EDIT.
        detail: names the lines of the answer and of the program.
    """

    outcome: Outcome
    detail: str


def summarise(line: str) -> str:
    """Return a line of prose as a summary: without decoration and labels, one line; "" where it is none. Idempotent.

    Markers, fences, File lines, tags, mere headings and lines that announce what follows with a colon are none.
    """
    before = None
    while line != before:
        before = line
        line = " ".join(line.replace("**", "").replace("\ufeff", "").split())
        line = _DECORATION.sub("", line, count=1)[:SUMMARY_MAX_CHARS].strip()
        if line.endswith(":") or is_marker(line):
            return ""
        if any(pattern.fullmatch(line) for pattern in (FENCE, FILE_LINE, _HEADING, _TAG)):
            return ""
    return line


def first_summary(prose: Prose) -> str:
    """Return the summary of an answer: what is said to be its idea, else the first line that says anything."""
    lines = [line[1] for line in prose if line is not None and line[1].strip()]
    idea = next((index for index, line in enumerate(lines) if _IDEA.match(line[:_LOOKED_AT])), None)
    for line in (lines[idea : idea + 2] if idea is not None else []) + lines:
        if summary := summarise(line):
            return summary
    return ""


def is_unified_diff(text: str) -> bool:
    """Tell whether a text starts as `diff -u` writes it: models give these unasked, and they are no programs."""
    lines = text.lstrip("\n").split("\n", 2)
    return len(lines) > 1 and lines[0].startswith("--- ") and lines[1].startswith("+++ ")


def _whole_lines(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines if not lines or lines.endswith("\n") else lines + "\n"


def _check_path(path: str | None) -> None:
    if path is not None and not PATH.fullmatch(path):
        raise EvoError(f"path {path!r}: expected letters, digits and ._/- alone, as a File line can say them")
